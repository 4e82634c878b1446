//! People who ask for a roof, a plumber or a lawyer: names as they are written at home, and where they live.

use crate::random::Random;

/// A name and what stands before the @ of its owner's address.
const NAMES: &[(&str, &str)] = &[
    ("Maria González", "maria.gonzalez"),
    ("James Whitaker", "jwhitaker"),
    ("Nguyễn Thị Lan", "lan.nguyen"),
    ("王小明", "xiaoming.wang"),
    ("Aisha Mohammed", "aisha.m"),
    ("Łukasz Wiśniewski", "lukasz.w"),
    ("Siobhán Ó Briain", "siobhan.obriain"),
    ("김민준", "minjun.kim"),
    ("Olivia Brooks", "oliviabrooks"),
    ("محمد الأحمد", "m.alahmad"),
    ("Анна Иванова", "anna.ivanova"),
    ("Zoë Lefèvre", "zoe.lefevre"),
    ("DeShawn Carter", "dcarter"),
    ("अर्जुन शर्मा", "arjun.sharma"),
    ("Jürgen Müller", "juergen.mueller"),
    ("佐藤 花子", "hanako.sato"),
    ("Þórdís Jónsdóttir", "thordis"),
    ("Emily Tran", "etran"),
    ("Γιώργος Παπαδόπουλος", "g.papadopoulos"),
    ("Adébáyọ̀ Ọláńrewájú", "adebayo"),
    ("Carlos Méndez Ruiz", "carlos.mendez"),
    ("נועה כהן", "noa.cohen"),
    ("Grace Kaʻahumanu", "grace.k"),
    ("สมชาย ใจดี", "somchai"),
    ("Megan O’Sullivan", "megan.osullivan"),
    ("Ömer Yılmaz", "omer.yilmaz"),
    ("Priya Raghunathan", "priya.r"),
    ("Tyler Jackson", "tyler.jackson"),
    ("Іван Шевченко", "ivan.shevchenko"),
    ("Ana Luísa Conceição", "analuisa"),
    ("李娜", "li.na"),
    ("Robert “Bob” Haskins", "bob.haskins"),
    ("Fatima az-Zahra Benali", "fz.benali"),
    ("Björn Ångström", "bjorn"),
    ("Jasmine Begay", "jasmine.begay"),
    ("박서연", "seoyeon.park"),
    ("Mateusz Kowalczyk", "m.kowalczyk"),
    ("Linda Castellanos", "linda.castellanos"),
    ("Đỗ Minh Quân", "quan.do"),
    ("Marcus Bell", "marcus.bell"),
    ("Chiara D’Angelo", "chiara.dangelo"),
    ("ஐஸ்வர்யா ராமன்", "aishwarya"),
    ("Hannah Fischer", "hannah.fischer"),
    ("Kwame Asante", "kwame.asante"),
    ("Sofía Núñez", "sofia.nunez"),
    ("田中 健", "ken.tanaka"),
    ("Rachel Goldberg", "rgoldberg"),
    ("Noor ul-Ain Siddiqui", "noor.siddiqui"),
    ("Anthony Russo", "tony.russo"),
    ("Leilani Kahale", "leilani"),
];

/// A city, the area code of its phones, and the start of its postal codes.
#[derive(Debug, Clone, Copy)]
pub struct City {
    pub name: &'static str,
    pub state: &'static str,
    pub area_code: &'static str,
    pub zip: &'static str,
}

const fn city(name: &'static str, state: &'static str, area_code: &'static str, zip: &'static str) -> City {
    City { name, state, area_code, zip }
}

/// Weighted roughly by how many leads come from there. Boise, Fargo and Bangor are far from everybody's area.
const CITIES: &[(u64, City)] = &[
    (9, city("Denver", "CO", "303", "802")),
    (5, city("Colorado Springs", "CO", "719", "809")),
    (7, city("Dallas", "TX", "214", "752")),
    (7, city("Houston", "TX", "713", "770")),
    (5, city("Austin", "TX", "512", "787")),
    (6, city("Boston", "MA", "617", "021")),
    (8, city("Brooklyn", "NY", "718", "112")),
    (5, city("Philadelphia", "PA", "215", "191")),
    (7, city("Seattle", "WA", "206", "981")),
    (4, city("Portland", "OR", "503", "972")),
    (6, city("San Diego", "CA", "619", "921")),
    (8, city("Los Angeles", "CA", "213", "900")),
    (5, city("Phoenix", "AZ", "602", "850")),
    (3, city("Tucson", "AZ", "520", "857")),
    (6, city("Chicago", "IL", "312", "606")),
    (4, city("Minneapolis", "MN", "612", "554")),
    (3, city("Honolulu", "HI", "808", "968")),
    (2, city("Anchorage", "AK", "907", "995")),
    (2, city("Boise", "ID", "208", "837")),
    (1, city("Fargo", "ND", "701", "581")),
    (1, city("Bangor", "ME", "207", "044")),
];

/// Somebody who fills in a form.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: &'static str,
    pub email: Option<String>,
    /// In one of the ways people write them; never a number that somebody has (555-0100 to 555-0199).
    pub phone: Option<String>,
    pub city: City,
    pub postal_code: String,
}

/// Where somebody lives.
pub fn city_of(random: &mut Random) -> City {
    *random.weighted(CITIES)
}

/// The `n`-th of all, and the `line`-th in this city: the same number comes back after a hundred others.
pub fn person(random: &mut Random, city: City, n: u64, line: u64) -> Person {
    let (name, handle) = *random.pick(NAMES);
    let domain = *random.pick(&["example.com", "example.net", "example.org", "mail.example.com"]);
    let phone = written(random, city.area_code, line % 100);
    let reach = random.below(100);
    Person {
        name,
        email: (reach >= 12).then(|| format!("{handle}{n}@{domain}")),
        phone: (!(12..24).contains(&reach)).then_some(phone),
        city,
        postal_code: format!("{}{:02}", city.zip, random.below(100)),
    }
}

fn written(random: &mut Random, area: &str, line: u64) -> String {
    match random.below(4) {
        0 => format!("+1{area}55501{line:02}"),
        1 => format!("({area}) 555-01{line:02}"),
        2 => format!("{area}-555-01{line:02}"),
        _ => format!("{area}55501{line:02}"),
    }
}
