//! A span of time as it is written: `90s`, `15m`, `36h`, `14d`.

use std::time::Duration;

/// Durations are written `14d`, `36h`, `15m`, `90s`; more than zero and at most ten years.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is no duration: write a whole number and d, h, m or s, as in 14d, 36h, 90s");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return Err(wrong()),
    };
    let number = text.strip_suffix(unit).filter(|n| n.bytes().all(|b| b.is_ascii_digit())).ok_or_else(wrong)?;
    let total = number.parse::<u64>().ok().and_then(|n| n.checked_mul(seconds)).ok_or_else(wrong)?;
    if total == 0 || total > 3_650 * 86_400 {
        return Err(format!("'{text}' is out of range: more than zero and at most 3650d"));
    }
    Ok(Duration::from_secs(total))
}
