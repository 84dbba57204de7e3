//! crisis
