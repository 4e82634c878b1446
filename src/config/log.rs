//! What is logged, as `RUST_LOG` says it.

/// Refuses what the filter would take and never show anything for: a word that is no level is a module's name to it.
pub(super) fn parse_rust_log(text: &str) -> Result<String, String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let right = "write one of off, error, warn, info, debug, trace, or target=level pairs, as in info,leadhouse=debug";
    let is_level = |word: &str| levels.iter().any(|level| word.eq_ignore_ascii_case(level));
    if text.trim().is_empty() {
        return Err(format!("is empty: {right}"));
    }
    for word in text.split(',').map(str::trim) {
        match word.rsplit_once('=') {
            None if is_level(word) => {}
            Some((target, level)) if is_level(level) && is_target(target) => {}
            _ => return Err(format!("'{word}' cannot be followed: {right}")),
        }
    }
    Ok(text.to_owned())
}

/// A module's path; also with a span and its fields, `target[span{field=value}]`.
fn is_target(text: &str) -> bool {
    let path = text.split_once('[').map_or(text, |(path, _)| path);
    !text.is_empty() && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-'))
}

#[cfg(test)]
mod tests {
    use super::parse_rust_log;

    #[test]
    fn only_levels_and_targets_with_levels() {
        for right in ["info", "WARN", "off", "info,leadhouse=debug", "leadhouse::http=trace,warn", "access=off, info"] {
            assert_eq!(parse_rust_log(right).as_deref(), Ok(right));
        }
        for wrong in [
            "verbose",
            "",
            " ",
            "all",
            "info,",
            "a=b=c",
            "leadhouse",
            "leadhouse=verbose",
            "=info",
            "info;debug",
            "6",
            "*=debug",
        ] {
            assert!(parse_rust_log(wrong).unwrap_err().contains("info"), "{wrong}");
        }
    }
}
