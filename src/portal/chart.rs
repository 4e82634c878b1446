//! Spend by week as a picture. All places are percentages of it, so that its texts keep their size at any width, and it
//! carries its figures as words.

use jiff::civil::Date;

use super::words::{self, Calendar};
use crate::billing::Moved;
use crate::money::{self, Money};

/// In hundredths of a percent, as all here: where the bars begin, the height of the top line and of the ground.
const LEFT: i64 = 1_200;
const TOP: i64 = 900;
const GROUND: i64 = 8_700;
const WHOLE: i64 = 10_000;
/// Parts of a week's place: a bar of each kind, with room around.
const ASIDE: i64 = 15;
const CHARGED: i64 = 45;
const BETWEEN: i64 = 4;
const REFUNDED: i64 = 22;
/// What is not nothing can be seen.
const LEAST: i64 = 80;
/// So many lines at most, and a week's name under every so manyth.
const LINES: i64 = 3;
const NAMED: usize = 4;

/// The picture.
pub struct Chart {
    pub figures: String,
    pub lines: Vec<Line>,
    pub weeks: Vec<Week>,
    pub ground: String,
}

/// A line across, with what it stands for.
pub struct Line {
    pub y: String,
    pub says: String,
}

/// A week's bars; `name` where it has one under it.
pub struct Week {
    pub says: String,
    pub charged: Option<Bar>,
    pub refunded: Option<Bar>,
    pub name: Option<Name>,
    /// The running one.
    pub open: bool,
}

pub struct Bar {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
}

pub struct Name {
    pub x: String,
    pub says: String,
    /// Where the text stands from there: the last one ends with the picture.
    pub anchor: &'static str,
    /// So near to the last one that a narrow picture has no room for both.
    pub near: bool,
}

/// Of the weeks that begin on these days, the last of which is running; `None` where nothing moved in any.
pub fn of(calendar: &Calendar, weeks: &[(Date, Moved)], currency: &str) -> Option<Chart> {
    let most =
        weeks.iter().map(|(_, moved)| moved.charged.max(moved.refunded).minor()).max().filter(|most| *most > 0)?;
    let step = step(most, money::unit());
    let top = most.div_euclid(step) + i64::from(most % step > 0);
    let place = (WHOLE - LEFT) / i64::try_from(weeks.len()).ok()?.max(1);
    let bar = |week: i64, from: i64, wide: i64, amount: Money| {
        let height = (amount.minor() > 0).then(|| up(amount.minor(), top * step).max(LEAST))?;
        Some(Bar {
            x: percent(LEFT + week * place + place * from / 100),
            y: percent(GROUND - height),
            width: percent(place * wide / 100),
            height: percent(height),
        })
    };
    let last = weeks.len().saturating_sub(1);
    let shown = weeks.iter().enumerate().zip(0..).map(|((n, (date, moved)), week)| Week {
        says: said(calendar, *date, moved, n == last, currency),
        charged: bar(week, ASIDE, CHARGED, moved.charged),
        refunded: bar(week, ASIDE + CHARGED + BETWEEN, REFUNDED, moved.refunded),
        name: name(calendar, *date, n, last, LEFT + week * place + place * ASIDE / 100),
        open: n == last,
    });
    let shown: Vec<Week> = shown.collect();
    Some(Chart {
        figures: shown.iter().map(|week| week.says.as_str()).collect::<Vec<_>>().join("; "),
        lines: (1..=top)
            .map(|n| Line { y: percent(GROUND - up(n, top)), says: short(Money::from_minor(n * step), currency) })
            .collect(),
        weeks: shown,
        ground: percent(GROUND),
    })
}

fn name(calendar: &Calendar, date: Date, n: usize, last: usize, x: i64) -> Option<Name> {
    let says = calendar.day(date);
    if n == last {
        return Some(Name { x: percent(WHOLE), says, anchor: "end", near: false });
    }
    let near = n + NAMED > last;
    (n.is_multiple_of(NAMED) && n + 2 < last).then(|| Name { x: percent(x), says, anchor: "start", near })
}

fn said(calendar: &Calendar, date: Date, moved: &Moved, open: bool, currency: &str) -> String {
    let (week, so_far) = (calendar.day(date), if open { " so far" } else { "" });
    let charged = words::money(moved.charged, currency);
    let refunded = match moved.refunds {
        0 => String::new(),
        _ => format!(", {} refunded", words::money(moved.refunded, currency)),
    };
    format!("{week}{so_far}: {charged} charged{refunded}")
}

/// How high `part` of `whole` stands.
fn up(part: i64, whole: i64) -> i64 {
    let high = i128::from(part) * i128::from(GROUND - TOP) / i128::from(whole.max(1));
    i64::try_from(high).unwrap_or(GROUND - TOP)
}

/// What one line is above the other: 1, 2, 2.5 or 5 of a power of ten, in whole units of the currency.
fn step(most: i64, unit: i64) -> i64 {
    let mut ten = unit;
    loop {
        let nice = [ten, ten * 2, ten * 5 / 2, ten * 5].into_iter().filter(|step| *step % unit == 0);
        if let Some(step) = nice.into_iter().find(|step| step.saturating_mul(LINES) >= most) {
            return step;
        }
        let Some(next) = ten.checked_mul(10).filter(|next| *next < i64::MAX / 10) else { return ten };
        ten = next;
    }
}

/// A round amount in little room: `$600`, `$1.5k`. A currency without a sign of its own is left out.
fn short(amount: Money, currency: &str) -> String {
    let said = words::money(Money::ZERO, currency);
    let sign = said.split_once('0').map_or("", |(sign, _)| sign);
    let sign = if sign.contains(currency) { "" } else { sign };
    let whole = amount.minor() / money::unit();
    let tenths = |unit: i64, name: &str| match whole % unit * 10 / unit {
        0 => format!("{sign}{}{name}", whole / unit),
        tenth => format!("{sign}{}.{tenth}{name}", whole / unit),
    };
    match whole {
        ..1_000 => format!("{sign}{whole}"),
        1_000..1_000_000 => tenths(1_000, "k"),
        _ => tenths(1_000_000, "M"),
    }
}

fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::{of, short, step};
    use crate::billing::Moved;
    use crate::clock::Timestamp;
    use crate::money::Money;
    use crate::portal::words::Calendar;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn moved(charged: i64, refunded: i64) -> Moved {
        let money = Money::from_minor;
        Moved { charged: money(charged), charges: 1, refunded: money(refunded), refunds: refunded.signum() }
    }

    #[test]
    fn lines_stand_at_round_sums_and_there_are_few() {
        for (most, lines) in [(1, 100), (300, 100), (301, 200), (51_500, 20_000), (60_000, 20_000), (60_001, 25_000)] {
            assert_eq!(step(most, 100), lines, "{most}");
        }
        for most in (0..62).map(|n| 1_i64 << n) {
            for unit in [1, 100, 1_000] {
                let step = step(most, unit);
                assert!(step % unit == 0 && i128::from(step) * 30 >= i128::from(most), "{most}");
            }
        }
        for (minor, currency, said) in
            [(60_000, "USD", "$600"), (150_000, "EUR", "€1.5k"), (200_000_000, "GBP", "£2M"), (60_000, "CHF", "600")]
        {
            assert_eq!(short(Money::from_minor(minor), currency), said);
        }
    }

    #[test]
    fn a_chart_says_its_figures() {
        let now = Timestamp::parse("2026-11-24T17:42:00Z").unwrap();
        let calendar = Calendar::new(TimeZone::UTC, now);
        let weeks = [(date(2026, 11, 16), moved(51_500, 4_800)), (date(2026, 11, 23), moved(30_000, 0))];
        let chart = of(&calendar, &weeks, "USD").unwrap();
        let figures = "16 Nov: $515.00 charged, $48.00 refunded; 23 Nov so far: $300.00 charged";
        assert_eq!(chart.figures, figures);
        let lines: Vec<_> = chart.lines.iter().map(|line| line.says.as_str()).collect();
        assert_eq!(lines, ["$200", "$400", "$600"]);
        assert_eq!(chart.lines.last().unwrap().y, "9.00%");
        let [first, last] = chart.weeks.as_slice() else { panic!("two weeks") };
        assert!(!first.open && last.open && last.refunded.is_none());
        let (height, ground) = (first.charged.as_ref().unwrap().height.as_str(), chart.ground.as_str());
        assert_eq!((height, ground), ("66.95%", "87.00%"));
        assert!(of(&calendar, &[(date(2026, 11, 23), moved(0, 0))], "USD").is_none(), "nothing moved");
    }
}
