//! English and Korean forms of dates, and Juche years: a text is cut into words, numbers and signs, and these are read from the left.

/// What a text says, as written: the parts need not be a day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Day(i16, i8, i8),
    /// A month of a year, no day.
    Month(i16, i8),
    Year(i16),
    /// Day and month could be either way round.
    Ambiguous,
    /// A Juche year and a year of the common era that are not the same.
    Disagree {
        juche: i16,
        year: i16,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// Value and digits.
    Number(i16, usize),
    Sign(char),
}

/// Longest text that is looked at.
const LONGEST: usize = 100;
/// Juche 1 is 1912, the year of birth of Kim Il Sung.
const JUCHE: i16 = 1911;

pub(super) fn said(text: &str) -> Option<Said> {
    if text.len() > LONGEST {
        return None;
    }
    let tokens = cut(text)?;
    let mut reader = Reader { tokens: &tokens };
    reader.opening();
    let said = reader.slashed().or_else(|| reader.year_first()).or_else(|| reader.english())?;
    reader.closing().then_some(said)
}

fn cut(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            tokens.push(Token::Number(rest[..length].parse().ok()?, length));
            length
        } else if first.is_alphabetic() {
            let length = run(char::is_alphabetic);
            tokens.push(Token::Word(rest[..length].to_lowercase()));
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

struct Reader<'t> {
    tokens: &'t [Token],
}

/// The first of these tokens, if it is that.
impl Reader<'_> {
    fn number(&mut self) -> Option<(i16, usize)> {
        let [Token::Number(value, digits), rest @ ..] = self.tokens else { return None };
        self.tokens = rest;
        Some((*value, *digits))
    }

    fn small(&mut self) -> Option<i8> {
        let before = self.tokens;
        let found =
            self.number().filter(|(_, digits)| *digits <= 2).and_then(|(value, _)| value.try_into().ok());
        if found.is_none() {
            self.tokens = before;
        }
        found
    }

    fn sign(&mut self, signs: &[char]) -> bool {
        let [Token::Sign(sign), rest @ ..] = self.tokens else { return false };
        let found = signs.contains(sign);
        if found {
            self.tokens = rest;
        }
        found
    }

    fn word(&mut self, words: &[&str]) -> bool {
        let [Token::Word(word), rest @ ..] = self.tokens else { return false };
        let found = words.contains(&word.as_str());
        if found {
            self.tokens = rest;
        }
        found
    }

    fn month(&mut self) -> Option<i8> {
        let [Token::Word(word), rest @ ..] = self.tokens else { return None };
        let month = month_of(word)?;
        self.tokens = rest;
        self.sign(&['.']);
        Some(month)
    }

    /// A weekday or a dateline's place before the date.
    fn opening(&mut self) {
        while let [Token::Word(word), rest @ ..] = self.tokens {
            if !is_weekday(word) && word != "pyongyang" {
                return;
            }
            self.tokens = rest;
            self.sign(&[',', '.']);
        }
    }

    /// Nothing, a weekday, or a time.
    fn closing(&mut self) -> bool {
        self.sign(&[',']);
        let bracketed = self.sign(&['(', '（']);
        if let [Token::Word(word), rest @ ..] = self.tokens
            && is_weekday(word)
        {
            self.tokens = rest;
        }
        if bracketed && !self.sign(&[')', '）']) {
            return false;
        }
        self.word(&["at", "t"]);
        match self.tokens {
            [] => true,
            [Token::Number(hour, _), Token::Sign(':'), Token::Number(minute, 2), rest @ ..] => {
                *hour < 25 && *minute < 60 && rest.len() <= 10
            }
            [Token::Number(hour, _), Token::Word(word), rest @ ..] => {
                *hour < 25 && matches!(word.as_str(), "시" | "am" | "pm") && rest.len() <= 4
            }
            _ => false,
        }
    }

    /// A year of the common era in four digits, a Juche year, or both in either order.
    fn year(&mut self) -> Option<Result<i16, Said>> {
        let before = self.tokens;
        let found = self.year_or_juche();
        if found.is_none() {
            self.tokens = before;
        }
        found
    }

    fn year_or_juche(&mut self) -> Option<Result<i16, Said>> {
        if self.word(&["juche", "주체", "主體", "主体"]) {
            let juche =
                self.number().filter(|(juche, digits)| *juche >= 1 && *digits <= 4)?.0.checked_add(JUCHE)?;
            if !self.sign(&['(', '（']) {
                return Some(Ok(juche));
            }
            let year = self.common_era()?;
            return self.sign(&[')', '）']).then(|| agreed(juche, year));
        }
        let year = self.common_era()?;
        let before = self.tokens;
        let bracketed = self.sign(&['(', '（']);
        if !bracketed {
            self.sign(&[',']);
        }
        if !self.word(&["juche", "주체"]) {
            self.tokens = before;
            return Some(Ok(year));
        }
        let juche = self.number()?.0.checked_add(JUCHE)?;
        (!bracketed || self.sign(&[')', '）'])).then(|| agreed(juche, year))
    }

    fn common_era(&mut self) -> Option<i16> {
        self.number().filter(|(_, digits)| *digits == 4).map(|(year, _)| year)
    }

    /// 2022년 9월 8일, 2022. 9. 8., 주체111(2022)년 9월 8일, Juche 111 (2022); also 2022-09, a month.
    fn year_first(&mut self) -> Option<Said> {
        let before = self.tokens;
        let said = self.year_then_rest();
        if said.is_none() {
            self.tokens = before;
        }
        said
    }

    fn year_then_rest(&mut self) -> Option<Said> {
        let year = match self.year()? {
            Ok(year) => year,
            Err(said) => {
                self.tokens = &[];
                return Some(said);
            }
        };
        if self.word(&["년", "年"]) {
            let Some(month) = self.small() else { return Some(Said::Year(year)) };
            if !self.word(&["월", "月"]) {
                return None;
            }
            let Some(day) = self.small() else { return Some(Said::Month(year, month)) };
            return self.word(&["일", "日"]).then_some(Said::Day(year, month, day));
        }
        if self.tokens.is_empty() {
            return Some(Said::Year(year));
        }
        if let [Token::Sign('-' | '/'), Token::Number(month, 2)] = self.tokens {
            self.tokens = &[];
            return Some(Said::Month(year, i8::try_from(*month).ok()?));
        }
        if self.sign(&['.']) {
            let month = self.small()?;
            let dotted = self.sign(&['.']);
            let Some(day) = self.small() else { return Some(Said::Month(year, month)) };
            self.sign(&['.']);
            return dotted.then_some(Said::Day(year, month, day));
        }
        // Juche 111 (2022), September 8
        self.sign(&[',']);
        let month = self.month()?;
        self.small().map(|day| Said::Day(year, month, day))
    }

    /// 8 September 2022, September 8, 2022, September 2022.
    fn english(&mut self) -> Option<Said> {
        let mut day = self.small();
        if day.is_some() {
            self.word(&["st", "nd", "rd", "th"]);
            self.word(&["of"]);
            self.sign(&['-', '.']);
        }
        let month = self.month()?;
        if day.is_none() {
            day = self.small();
            self.word(&["st", "nd", "rd", "th"]);
        }
        self.sign(&[',', '-']);
        let year = match self.year()? {
            Ok(year) => year,
            Err(said) => return Some(said),
        };
        Some(day.map_or(Said::Month(year, month), |day| Said::Day(year, month, day)))
    }

    /// 13/09/2022, 09/13/2022, but not 09/08/2022.
    fn slashed(&mut self) -> Option<Said> {
        let [
            Token::Number(first, 1..=2),
            Token::Sign(sign @ ('/' | '-' | '.')),
            Token::Number(second, 1..=2),
            Token::Sign(again),
            Token::Number(year, 4),
            rest @ ..,
        ] = self.tokens
        else {
            return None;
        };
        if sign != again {
            return None;
        }
        self.tokens = rest;
        let (first, second) = (i8::try_from(*first).ok()?, i8::try_from(*second).ok()?);
        Some(match (first, second) {
            (1..=12, 1..=12) if first != second => Said::Ambiguous,
            (1..=12, _) => Said::Day(*year, first, second),
            _ => Said::Day(*year, second, first),
        })
    }
}

fn agreed(juche: i16, year: i16) -> Result<i16, Said> {
    if juche == year { Ok(year) } else { Err(Said::Disagree { juche: juche - JUCHE, year }) }
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word == "sept" {
        return Some(9);
    }
    let found =
        MONTHS.iter().position(|month| *month == word || (word.len() == 3 && month.starts_with(word)));
    found.map(|at| at as i8 + 1)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let abbreviated = |day: &&str| (3..=5).contains(&word.len()) && day.starts_with(word);
    DAYS.contains(&word)
        || DAYS.iter().any(abbreviated)
        || ["월", "화", "수", "목", "금", "토", "일"]
            .iter()
            .any(|day| word == *day || word.strip_suffix("요일") == Some(day))
}
