//! Who speaks within a document: the questions of journalists and the quotations of others are not the words of who
//! issued it.
//!
//! A quotation is somebody's speech only where it is attributed: a speech verb leads to its opening mark (`X said: "…"`),
//! or follows its closing mark (`"…," said X`, `"…," X said`, 《…》라고 … 말하였다). Titles of works, slogans and words that the
//! writer holds at arm's length ("so-called 'human rights'") stand in the same marks and stay the writer's own, as does
//! indirect speech, which is the writer's wording.

mod attribution;
mod by_outlet;
mod parse;
mod speaker;

pub use by_outlet::SpeechByOutlet;

use regex::Regex;

/// Who says the words of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Who issued the document.
    Own,
    /// Who asked.
    Journalist,
    /// Somebody else; the name as the text gives it, `None` if it gives only a pronoun.
    Quoted(Option<String>),
}

/// A stretch of a text in one voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Last byte + 1.
    pub end: usize,
    /// Who speaks.
    pub voice: Voice,
}

/// What questions and quotations look like in the documents of one outlet: the `[speech]` table of a source profile.
#[derive(Clone, Debug)]
pub struct SpeechRules {
    questions: Vec<String>,
    answers: Vec<String>,
    journalists: Option<Regex>,
    own: Option<Regex>,
    shortest: usize,
    attribution: attribution::Attribution,
}

/// What a table of rules says, before it is made ready; a list that is not given is the standard one.
#[derive(Clone, Debug)]
struct Lists {
    questions: Vec<String>,
    answers: Vec<String>,
    journalists: Vec<String>,
    own: Vec<String>,
    verbs: Vec<String>,
    shortest: usize,
}

const QUESTIONS: [&str; 12] = [
    "Question:",
    "QUESTION:",
    "Q:",
    "Q.",
    "Reporter:",
    "REPORTER:",
    "Journalist:",
    "기자:",
    "질문:",
    "문:",
    "물음:",
    "Pregunta:",
];
const ANSWERS: [&str; 9] =
    ["Answer:", "ANSWER:", "A:", "A.", "대답:", "답변:", "답:", "Respuesta:", "Spokesperson:"];
const JOURNALISTS: [&str; 6] = ["journalist*", "reporter*", "correspondent*", "newsman", "newsmen", "기자"];
const VERBS: [&str; 62] = [
    "said",
    "says",
    "say",
    "saying",
    "stated",
    "states",
    "stating",
    "told",
    "added",
    "adds",
    "adding",
    "noted",
    "notes",
    "noting",
    "stressed",
    "stressing",
    "declared",
    "declares",
    "declaring",
    "claimed",
    "claims",
    "claiming",
    "asserted",
    "asserting",
    "argued",
    "argues",
    "insisted",
    "insists",
    "remarked",
    "commented",
    "commenting",
    "warned",
    "warning",
    "announced",
    "announcing",
    "wrote",
    "writes",
    "writing",
    "cried",
    "cried out",
    "shouted",
    "went on",
    "continued",
    "continues",
    "concluded",
    "replied",
    "answered",
    "as saying",
    "went on to say",
    "revealed",
    "confessed",
    "admitted",
    "underscored",
    "underlined",
    "emphasized",
    "pointed out",
    "exclaimed",
    "asked",
    "dijo",
    "declaró",
    "afirmó",
    "señaló",
];

impl SpeechRules {
    /// Rules for English, Spanish and Korean texts whose issuer is quoted nowhere.
    pub fn standard() -> Self {
        Self::of(Lists::standard())
    }

    fn of(lists: Lists) -> Self {
        Self {
            journalists: any_of(&lists.journalists),
            own: any_of(&lists.own),
            questions: lists.questions,
            answers: lists.answers,
            shortest: lists.shortest,
            attribution: attribution::Attribution::new(&lists.verbs),
        }
    }

    /// The stretches of a text that are not simply its issuer's, in order, without overlap; a quotation of the issuer's
    /// own side is [`Voice::Own`]. What lies between them is the issuer's own.
    ///
    /// # Cost
    /// One pass for the marks, and a look at the words around each quotation.
    pub fn spans(&self, text: &str) -> Vec<Span> {
        let mut spans = self.questions(text);
        let asked = spans.clone();
        let outside = |at: usize| !asked.iter().any(|span| (span.start..span.end).contains(&at));
        let mut last = None;
        for (open, close) in attribution::quotations(text).into_iter().filter(|(open, _)| outside(*open)) {
            let Some(speaker) = self.attribution.of(text, open, close) else { continue };
            let speaker = match speaker {
                speaker::Speaker::Named(name) => Some(name),
                speaker::Speaker::Pronoun => last.clone(),
            };
            last.clone_from(&speaker);
            if text[open..close].split_whitespace().count() < self.shortest {
                continue;
            }
            let says = |who: &Option<Regex>| {
                who.as_ref().zip(speaker.as_deref()).is_some_and(|(who, speaker)| who.is_match(speaker))
            };
            let voice = if says(&self.journalists) {
                Voice::Journalist
            } else if says(&self.own) {
                Voice::Own
            } else {
                Voice::Quoted(speaker)
            };
            spans.push(Span { start: open, end: close, voice });
        }
        spans.sort_by_key(|span| span.start);
        spans
    }

    /// From a mark of a question at the beginning of a line to the next mark of an answer, or to the end of the line.
    fn questions(&self, text: &str) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let begins = |line: &str, marks: &[String]| marks.iter().any(|mark| line.starts_with(mark.as_str()));
        let mut at = 0;
        let mut asking: Option<usize> = None;
        let answered = text.lines().any(|line| begins(line.trim_start(), &self.answers));
        let mut close =
            |from: usize, to: usize| spans.push(Span { start: from, end: to, voice: Voice::Journalist });
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim_start();
            if begins(trimmed, &self.questions) {
                if let Some(from) = asking.take() {
                    close(from, at);
                }
                asking = Some(at + line.len() - trimmed.len());
            } else if begins(trimmed, &self.answers)
                && let Some(from) = asking.take()
            {
                close(from, at);
            }
            at += line.len();
            // Without marks of answers a question is one line.
            if !answered && let Some(from) = asking.take() {
                close(from, at);
            }
        }
        // A last question that nobody answers is one line too.
        if let Some(from) = asking {
            close(from, text[from..].find('\n').map_or(text.len(), |line| from + line));
        }
        spans
    }
}

impl Default for SpeechRules {
    fn default() -> Self {
        Self::standard()
    }
}

impl Lists {
    fn standard() -> Self {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_string()).collect();
        Self {
            questions: owned(&QUESTIONS),
            answers: owned(&ANSWERS),
            journalists: owned(&JOURNALISTS),
            own: Vec::new(),
            verbs: owned(&VERBS),
            shortest: 3,
        }
    }
}

/// Whole words in any case; `*` stands for letters.
fn any_of(words: &[String]) -> Option<Regex> {
    let word = |text: &String| regex::escape(text.trim()).replace(r"\*", r"\w*");
    let all: Vec<String> = words.iter().filter(|text| !text.trim().is_empty()).map(word).collect();
    // A Korean name goes on with its particle.
    let pattern = format!(r"(?i)(?:^|\W)(?:{})(?:$|\W|\p{{Hangul}})", all.join("|"));
    if all.is_empty() { None } else { Regex::new(&pattern).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &SpeechRules, text: &str) -> Vec<(String, Voice)> {
        rules
            .spans(text)
            .into_iter()
            .map(|span| (text[span.start..span.end].to_string(), span.voice))
            .collect()
    }

    fn quoted(name: &str) -> Voice {
        Voice::Quoted(Some(name.into()))
    }

    #[test]
    fn quotations_are_attributed() {
        let rules = SpeechRules::standard();
        let spans = told(
            &rules,
            "President Obama said: \"We will not reward bad behavior.\" The film \"Star of Korea\" was screened. \
             \"This is a grave provocation,\" Panetta said on Monday. \"It must stop at once,\" he added. \
             They call it \"a defensive drill by name only\" in Seoul.",
        );
        assert_eq!(
            spans,
            [
                ("\"We will not reward bad behavior.\"".into(), quoted("President Obama")),
                ("\"This is a grave provocation,\"".into(), quoted("Panetta")),
                ("\"It must stop at once,\"".into(), quoted("Panetta")),
            ]
        );
    }

    #[test]
    fn titles_are_no_speech() {
        let rules = SpeechRules::standard();
        for text in [
            "The paper said in an article titled \"Where the river bends today\" that all is well.",
            "The daily wrote Monday in a piece headlined \"A dam for the valley\" about it.",
            "They shouted Party slogans entitled \"Forward to the new harvest\".",
        ] {
            assert_eq!(told(&rules, text), [], "{text}");
        }
        assert_eq!(
            told(&rules, "The mayor told City News in an interview that \"the bridge will open soon\"."),
            [("\"the bridge will open soon\"".into(), quoted("mayor"))]
        );
    }

    #[test]
    fn korean_quotations() {
        let rules = SpeechRules::standard();
        let spans =
            told(&rules, "《로동신문》은 보도하였다. 미국대통령은 《우리는 대화를 바란다》고 말하였다.");
        assert_eq!(spans, [("《우리는 대화를 바란다》".into(), quoted("미국대통령"))]);
    }

    #[test]
    fn questions_end_where_the_answer_begins() {
        let rules = SpeechRules::standard();
        let text = "Question: Will you talk?\nAnd when?\nAnswer: We said it.\nQ: And now?\nA: Never.\n";
        let spans = told(&rules, text);
        let journalist = |text: &str| (text.to_string(), Voice::Journalist);
        assert_eq!(spans, [journalist("Question: Will you talk?\nAnd when?\n"), journalist("Q: And now?\n")]);
        assert_eq!(told(&rules, "기자: 왜?\n우리는 말한다."), [journalist("기자: 왜?\n")]);
        assert_eq!(
            told(&rules, "\"What do you say to that?\" a reporter asked."),
            [journalist("\"What do you say to that?\"")]
        );
    }
}
