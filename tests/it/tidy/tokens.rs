//! Rust text as words and marks, without comments, texts and lifetimes.

/// A word, `::`, or one other mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub is_word: bool,
}

pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
        if c == '/' && next == '/' {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if c == '/' && next == '*' {
            at = after_comment(&chars, at);
        } else if c == '"' {
            at = after_text(&chars, at + 1);
        } else if c == '\'' {
            at = after_quote(&chars, at);
        } else if is_part(&c) || c == '$' && is_part(&next) {
            let length = 1 + chars[at + 1..].iter().take_while(|c| is_part(c)).count();
            let word: String = chars[at..at + length].iter().collect();
            at += length;
            let raw = ["r", "br", "cr"].contains(&word.as_str()).then(|| after_raw(&chars, at)).flatten();
            match raw {
                Some(end) => at = end,
                None => found.push(Token { is_word: !c.is_numeric(), text: word }),
            }
        } else if c == ':' && next == ':' {
            found.push(Token { text: "::".to_owned(), is_word: false });
            at += 2;
        } else {
            if !c.is_whitespace() {
                found.push(Token { text: c.to_string(), is_word: false });
            }
            at += 1;
        }
    }
    found
}

fn after_comment(chars: &[char], mut at: usize) -> usize {
    let mut level = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (level, at) = (level + 1, at + 2),
            ('*', Some('/')) => (level, at) = (level - 1, at + 2),
            _ => at += 1,
        }
        if level == 0 {
            break;
        }
    }
    at
}

fn after_text(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() && chars[at] != '"' {
        at += 1 + usize::from(chars[at] == '\\');
    }
    at + 1
}

/// Behind a character, or behind the mark of a lifetime.
fn after_quote(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => at + 4 + chars[at + 3..].iter().take_while(|c| **c != '\'').count(),
        (_, Some('\'')) => at + 3,
        _ => at + 1 + chars[at + 1..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count(),
    }
}

/// Behind `"…"` or `#"…"#`, where there is one.
fn after_raw(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let mut end = at + hashes + 1;
    while end < chars.len() {
        let closes = chars[end] == '"' && chars[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        end += 1;
        if closes {
            return Some(end + hashes);
        }
    }
    Some(end)
}
