//! The texts of mails: compiled into the program, replaced by the files of a folder of the operator's. Whatever is wrong
//! with those files is found at start.
//!
//! A mail is three files: `NAME.txt`, whose first line is `Subject: …`, `NAME.html`, and `NAME.json`, the sample that says
//! which variables there are. `_layout.html` is what all HTML parts share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use ground::clock::Timestamp;
use ground::zone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error as Wrong, Output, State, UndefinedBehavior, Value, escape_formatter};

use super::Failed;

/// The mails that a program has compiled in.
#[derive(Debug)]
pub struct Texts {
    /// `_layout.html`.
    pub layout: &'static str,
    /// All mails there are.
    pub mails: &'static [Text],
    /// With how many decimals the filter `money` shows an amount; asked each time.
    pub decimals: fn() -> u8,
}

/// One of them: its three files.
#[derive(Debug)]
pub struct Text {
    /// Before the dot of all three.
    pub name: &'static str,
    /// `NAME.txt`.
    pub text: &'static str,
    /// `NAME.html`.
    pub html: &'static str,
    /// `NAME.json`.
    pub sample: &'static str,
}

const LAYOUT: &str = "_layout.html";
/// What a text begins with.
const SUBJECT: &str = "Subject:";

/// All mails, ready to be filled in.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    samples: BTreeMap<&'static str, serde_json::Value>,
}

/// A mail as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The part in plain text.
    pub text: String,
    /// The part in HTML.
    pub html: String,
}

impl Templates {
    /// The compiled-in mails, with what `folder` replaces.
    ///
    /// # Errors
    /// The line to show, with file and line: a file that is no template's, cannot be read or parsed, or uses a variable
    /// that its mail's sample doesn't have.
    pub fn load(texts: &'static Texts, folder: Option<&Path>) -> Result<Self, String> {
        let mut replaced = folder.map_or(Ok(BTreeMap::new()), read)?;
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| error.to_string())?);
        environment.set_formatter(format);
        environment.add_filter("when", when);
        environment.add_filter("day", day);
        environment.add_filter("thousands", thousands);
        environment.add_filter("money", money(texts.decimals));
        let mut samples = BTreeMap::new();
        let mut all = Vec::new();
        let layout = replaced.remove(LAYOUT).map_or((LAYOUT.to_owned(), texts.layout.to_owned()), |file| file);
        add(&mut environment, LAYOUT.to_owned(), layout.1.clone(), &layout.0)?;
        all.push((LAYOUT.to_owned(), layout, None));
        for Text { name, text, html, sample } in texts.mails {
            let sample: serde_json::Value = serde_json::from_str(sample).map_err(|e| format!("{name}.json: {e}"))?;
            samples.insert(*name, sample);
            for (part, built_in) in [("txt", text), ("html", html)] {
                let own = format!("{name}.{part}");
                let file = replaced.remove(&own).unwrap_or_else(|| (own.clone(), (*built_in).to_owned()));
                let source =
                    if part == "txt" { without_subject(&mut environment, name, &file)? } else { file.1.clone() };
                add(&mut environment, own.clone(), source, &file.0)?;
                all.push((own, file, Some(*name)));
            }
        }
        if let Some((place, _)) = replaced.into_values().next() {
            return Err(format!("{place}: no mail has this name"));
        }
        let templates = Self { environment, samples };
        all.iter().try_for_each(|(own, file, name)| templates.check(own, file, *name))?;
        templates.names().try_for_each(|name| templates.try_out(name, &all))?;
        Ok(templates)
    }

    /// The names of all mails.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.samples.keys().copied()
    }

    /// Variables of this mail as they could be: all there are.
    pub fn sample(&self, name: &str) -> Option<&serde_json::Value> {
        self.samples.get(name)
    }

    /// Fills a mail in.
    ///
    /// # Errors
    /// `Failed`, permanent: a variable is missing.
    pub fn render(&self, name: &str, variables: &serde_json::Value) -> Result<Rendered, Failed> {
        self.rendered(name, variables)
            .map_err(|error| Failed::permanent(format!("the mail cannot be written: {error:#}")))
    }

    fn rendered(&self, name: &str, variables: &serde_json::Value) -> Result<Rendered, Wrong> {
        let variables = Value::from(Serde(variables));
        let part = |suffix: &str| self.environment.get_template(&format!("{name}.{suffix}"))?.render(&variables);
        Ok(Rendered {
            subject: part("subject")?.trim().to_owned(),
            text: part("txt")?.trim_start().to_owned(),
            html: part("html")?,
        })
    }

    /// That a file uses nothing but what its mail has; the layout: what every mail has.
    fn check(&self, own: &str, (place, source): &(String, String), name: Option<&str>) -> Result<(), String> {
        let known: BTreeSet<&str> = match name {
            Some(name) => self.samples.get(name).map(keys).unwrap_or_default(),
            None => self.samples.values().map(keys).reduce(|a, b| &a & &b).unwrap_or_default(),
        };
        let parts = own.strip_suffix(".txt").map(|name| format!("{name}.subject"));
        for part in parts.iter().map(String::as_str).chain([own]) {
            let Ok(template) = self.environment.get_template(part) else { continue };
            let globals: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
            let mut used: Vec<String> = template.undeclared_variables(false).into_iter().collect();
            used.sort();
            if let Some(unknown) = used.iter().find(|v| !known.contains(v.as_str()) && !globals.contains(v.as_str())) {
                let line = source.lines().position(|line| mentions(line, unknown)).map_or(1, |line| line + 1);
                let there = known.into_iter().collect::<Vec<_>>().join(", ");
                return Err(format!("{place}:{line}: there is no variable '{unknown}' here; there are {there}"));
            }
        }
        Ok(())
    }

    /// That the sample can be written with it.
    fn try_out(&self, name: &str, all: &[(String, (String, String), Option<&str>)]) -> Result<(), String> {
        let Some(sample) = self.samples.get(name) else { return Ok(()) };
        self.rendered(name, sample).map(drop).map_err(|error| {
            let own = error.name().map_or_else(|| format!("{name}.txt"), |name| name.replace(".subject", ".txt"));
            let place = all.iter().find(|(file, ..)| *file == own).map_or(own.as_str(), |(_, (place, _), _)| place);
            told(place, &error)
        })
    }
}

fn add(environment: &mut Environment<'static>, name: String, source: String, place: &str) -> Result<(), String> {
    environment.add_template_owned(name, source).map_err(|error| told(place, &error))
}

/// Makes the first line of a text the subject's template; the text keeps its line numbers.
fn without_subject(
    environment: &mut Environment<'static>,
    name: &str,
    file: &(String, String),
) -> Result<String, String> {
    let (place, source) = file;
    let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
    let Some(subject) = first.trim_end().strip_prefix(SUBJECT) else {
        return Err(format!("{place}:1: the first line must be '{SUBJECT} …'"));
    };
    add(environment, format!("{name}.subject"), subject.trim().to_owned(), place)?;
    Ok(format!("\n{rest}"))
}

fn told(place: &str, error: &Wrong) -> String {
    let mut told = format!("{place}:{}: {}", error.line().unwrap_or(1), error.kind());
    if let Some(detail) = error.detail() {
        let _ = write!(told, " ({detail})");
    }
    told.lines().collect::<Vec<_>>().join(" ")
}

fn keys(sample: &serde_json::Value) -> BTreeSet<&str> {
    sample.as_object().into_iter().flat_map(|object| object.keys().map(String::as_str)).collect()
}

/// Whether a line has this name as a word.
fn mentions(line: &str, name: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The folder's files by name, each with where it is.
fn read(folder: &Path) -> Result<BTreeMap<String, (String, String)>, String> {
    let told = |place: &Path, error: &dyn std::fmt::Display| format!("MAIL_TEMPLATES {}: {error}", place.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|error| told(folder, &error))? {
        let path = entry.map_err(|error| told(folder, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What editors and version control leave behind.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let source = std::fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
        files.insert(name, (path.display().to_string(), source));
    }
    Ok(files)
}

/// Escapes as HTML what isn't written to be HTML; slashes stay, so that links can be read in the source.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Wrong> {
    let Some(text) = value.as_str().filter(|_| matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe())
    else {
        return escape_formatter(out, state, value);
    };
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    out.write_str(&escaped).map_err(Wrong::from)
}

/// `Tue 24 Nov 2026, 10:00 MST`: a time as it is on the reader's clock, by the mail's `timezone`.
fn when(state: &State<'_, '_>, time: &str) -> Result<String, Wrong> {
    let zone = state.lookup("timezone").and_then(|zone| zone.as_str().map(str::to_owned)).unwrap_or_default();
    let zone = if zone.is_empty() { jiff::tz::TimeZone::UTC } else { zone::of(&zone) };
    let time = Timestamp::parse(time).ok_or_else(|| {
        Wrong::new(minijinja::ErrorKind::InvalidOperation, format!("'{time}' is no time that can be shown"))
    })?;
    Ok(time.to_jiff().to_zoned_datetime(zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string())
}

/// `Tue 24 Nov 2026`: a date.
fn day(date: &str) -> Result<String, Wrong> {
    let date: jiff::civil::Date = date.parse().map_err(|_| {
        Wrong::new(minijinja::ErrorKind::InvalidOperation, format!("'{date}' is no date that can be shown"))
    })?;
    Ok(date.strftime("%a %-d %b %Y").to_string())
}

/// `12.00`: an amount.
fn money(decimals: fn() -> u8) -> impl Fn(f64) -> String {
    move |amount| format!("{amount:.*}", usize::from(decimals()))
}

/// `5,000`: a number that people count with.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{Templates, Text, Texts};

    const TEXTS: Texts = Texts {
        layout: "<html>{% block words %}{% endblock %}</html>\n",
        mails: &[
            Text {
                name: "welcome",
                text: "Subject: Welcome\n\nCome in: {{ url }}\n",
                html: "{% extends \"_layout.html\" %}{% block words %}<a href=\"{{ url }}\">in</a>{% endblock %}",
                sample: r#"{"url": "https://example.com/in", "timezone": "UTC"}"#,
            },
            Text {
                name: "news",
                text: "Subject: {{ items|length }}\n\n{% for item in items %}{{ item.name }}\n{% endfor %}",
                html: "<p>{{ items[0].name }}, {{ items[0].price|money }}</p>",
                sample: r#"{"items": [{"name": "A roof", "price": 12}], "timezone": "UTC"}"#,
            },
        ],
        decimals: || 2,
    };

    fn load(folder: Option<&std::path::Path>) -> Result<Templates, String> {
        Templates::load(&TEXTS, folder)
    }

    fn wrong(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (name, source) in files {
            std::fs::write(folder.path().join(name), source).unwrap();
        }
        let why = load(Some(folder.path())).unwrap_err();
        assert!(!why.contains('\n'), "{why}");
        why.replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn a_broken_override_is_told_with_file_and_line() {
        assert_eq!(wrong(&[("rain.txt", "Subject: x")]), "rain.txt: no mail has this name");
        assert_eq!(wrong(&[("welcome.txt", "Hello\n")]), "welcome.txt:1: the first line must be 'Subject: …'");
        let open = wrong(&[("welcome.txt", "Subject: x\n\n{% if url %}\n")]);
        assert!(open.starts_with("welcome.txt:") && open.contains("syntax error"), "{open}");
        let unknown = wrong(&[("welcome.txt", "Subject: x\n\nHello\n{{ password }}\n")]);
        assert!(unknown.starts_with("welcome.txt:4: there is no variable 'password' here"), "{unknown}");
        let subject = wrong(&[("welcome.txt", "Subject: {{ items }}\n")]);
        assert!(subject.starts_with("welcome.txt:1: there is no variable 'items' here"), "{subject}");
        let inside = wrong(&[("news.txt", "Subject: x\n{% for item in items %}\n{{ item.rain }}\n{% endfor %}\n")]);
        assert!(inside.starts_with("news.txt:3: undefined value"), "{inside}");
        let layout = wrong(&[("_layout.html", "<p>\n{{ items }}")]);
        assert!(layout.starts_with("_layout.html:2: there is no variable"), "{layout}");
        let filter = wrong(&[("welcome.html", "<p>\n{{ url|rain }}")]);
        assert!(filter.starts_with("welcome.html:2: "), "{filter}");
    }

    #[test]
    fn an_override_replaces_one_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("welcome.txt"), "Subject: Come in\n\n{{ url }}\n").unwrap();
        std::fs::write(folder.path().join(".gitignore"), "x").unwrap();
        let templates = load(Some(folder.path())).unwrap();
        let sample = templates.sample("welcome").unwrap().clone();
        let mail = templates.render("welcome", &sample).unwrap();
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Come in", "https://example.com/in"));
        assert_eq!(mail.html, "<html><a href=\"https://example.com/in\">in</a></html>");
        assert!(load(Some(&folder.path().join("nowhere"))).unwrap_err().contains("nowhere"));
    }

    #[test]
    fn an_amount_has_the_decimals_that_the_program_says() {
        let templates = load(None).unwrap();
        let sample = templates.sample("news").unwrap().clone();
        assert_eq!(templates.render("news", &sample).unwrap().html, "<p>A roof, 12.00</p>");
    }

    #[test]
    fn numbers_are_grouped() {
        let grouped = [0, 999, 1_000, 12_345, 999_999, 1_000_000].map(super::thousands);
        assert_eq!(grouped, ["0", "999", "1,000", "12,345", "999,999", "1,000,000"]);
    }

    #[test]
    fn a_variable_that_is_missing_fails_for_good() {
        let templates = load(None).unwrap();
        assert!(templates.render("welcome", &serde_json::json!({})).unwrap_err().permanent);
        assert!(templates.render("rain", &serde_json::json!({})).unwrap_err().permanent);
    }
}
