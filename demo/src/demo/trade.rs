//! The three trades of the demo: who is in them, on which terms, what people are asked, and what they answer.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// A niche with its form.
pub struct Trade {
    pub niche: &'static str,
    /// Last part of the campaign's name.
    pub slug: &'static str,
    questions: &'static [(&'static str, &'static [&'static str])],
    stories: &'static [&'static str],
}

pub const TRADES: [Trade; 3] = [
    Trade {
        niche: "Roofing",
        slug: "roof-replacement",
        questions: &[
            (
                "project_type",
                &["Full replacement", "Repair a leak", "Storm damage inspection", "New gutters", "Skylight"],
            ),
            ("roof_material", &["Asphalt shingle", "Tile", "Metal", "Slate", "Flat / membrane", "Not sure"]),
            ("roof_age", &["Under 10 years", "10–20 years", "Over 20 years", "No idea"]),
            ("timeframe", &["As soon as possible", "Within a month", "1–3 months", "Only collecting quotes"]),
            ("home_owner", &["Yes", "Yes", "Yes", "No, I rent"]),
        ],
        stories: &[
            "Hail last Tuesday, the insurer wants two estimates by Friday.",
            "Water stain on the bedroom ceiling, growing every time it rains.",
            "Selling the house in spring, the inspector flagged the flashing.",
            "Neighbors got a new roof from you and it looks great!",
            "Se levantaron varias tejas con el viento.",
            "Two-storey, steep pitch, detached garage too.",
        ],
    },
    Trade {
        niche: "Plumbing",
        slug: "emergency-plumber",
        questions: &[
            ("service", &["Leaking pipe", "Water heater", "Clogged drain", "Bathroom remodel", "Sewer line"]),
            ("urgency", &["Emergency, today", "This week", "Flexible"]),
            ("property", &["Single-family house", "Apartment", "Condo", "Small business"]),
            ("water_shut_off", &["Yes", "No", "I don't know where the valve is"]),
        ],
        stories: &[
            "Water is coming through the kitchen ceiling, please call right away.",
            "No hot water since yesterday; the pilot light goes out again and again.",
            "Slow drain in both bathrooms, smells of sewage outside.",
            "40-gallon gas heater from 2009, want a quote for tankless.",
            "El inodoro se desborda cada vez que llueve.",
            "Tenant reports low pressure on the third floor only.",
        ],
    },
    Trade {
        niche: "Family law",
        slug: "family-lawyer",
        questions: &[
            (
                "matter",
                &[
                    "Divorce, uncontested",
                    "Divorce, contested",
                    "Child custody",
                    "Child support",
                    "Prenuptial agreement",
                ],
            ),
            ("children", &["None", "1", "2", "3 or more"]),
            ("other_party_has_lawyer", &["Yes", "No", "Not sure"]),
            ("household_income", &["Under $50,000", "$50,000–$100,000", "Over $100,000", "Prefer not to say"]),
            ("best_time_to_call", &["Mornings", "Lunch break", "After 6 pm", "Text first, please"]),
        ],
        stories: &[
            "We agree on everything and only need it done properly.",
            "Papers were served on Monday and I have 20 days to answer.",
            "I want to move out of state with my daughter for a new job.",
            "He stopped paying support in August.",
            "Please do not leave a voicemail on this number.",
            "Necesito una abogada que hable español.",
        ],
    },
];

/// What somebody answered to the form of this trade.
pub fn answers(trade: &Trade, random: &mut Random) -> Map<String, Value> {
    let mut answers: Map<String, Value> =
        trade.questions.iter().map(|(name, options)| ((*name).to_owned(), json!(random.pick(options)))).collect();
    if random.chance(65) {
        answers.insert("details".to_owned(), json!(random.pick(trade.stories)));
    }
    answers
}

/// The levels a lead can be sold at.
pub const LEVELS: [(&str, i64); 4] = [("Exclusive", 1), ("Duo", 2), ("Standard", 3), ("Shared", 5)];

/// A subscription: prices and budgets in cents, no prefixes for everywhere.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionTerms {
    pub trade: usize,
    pub level: &'static str,
    pub price: i64,
    pub daily_cap: Option<i64>,
    pub monthly_budget: Option<i64>,
    pub prefixes: &'static [&'static str],
}

const fn terms(trade: usize, level: &'static str, price: i64, prefixes: &'static [&'static str]) -> SubscriptionTerms {
    SubscriptionTerms { trade, level, price, daily_cap: None, monthly_budget: None, prefixes }
}

const fn capped(terms: SubscriptionTerms, daily_cap: i64) -> SubscriptionTerms {
    SubscriptionTerms { daily_cap: Some(daily_cap), ..terms }
}

const fn budgeted(terms: SubscriptionTerms, monthly_budget: i64) -> SubscriptionTerms {
    SubscriptionTerms { monthly_budget: Some(monthly_budget), ..terms }
}

/// A business that buys leads.
pub struct Business {
    pub name: &'static str,
    pub email: &'static str,
    pub timezone: &'static str,
    /// What it pays in, in cents: at the start, and each time its account runs low.
    pub deposit: i64,
    /// How it decides: percent of leads opened, and of those accepted and rejected.
    pub habits: (u64, u64, u64),
    /// Does not pay in again when its money is used up.
    pub forgetful: bool,
    pub terms: &'static [SubscriptionTerms],
}

const WEST: &[&str] = &["90", "92", "97", "98"];
const ROCKIES: &[&str] = &["80", "85"];
const TEXAS: &[&str] = &["75", "77", "78"];
const EAST: &[&str] = &["02", "11", "19"];
const MIDWEST: &[&str] = &["55", "60"];

pub const BUSINESSES: [Business; 12] = [
    Business {
        name: "Summit Ridge Roofing",
        email: "leads@summitridge.example",
        timezone: "America/Denver",
        deposit: 400_000,
        habits: (96, 58, 14),
        forgetful: false,
        terms: &[
            capped(terms(0, "Exclusive", 12_500, &["802"]), 2),
            terms(0, "Standard", 4_200, ROCKIES),
            terms(0, "Duo", 5_600, &["75"]),
        ],
    },
    Business {
        name: "Lone Star Storm & Roof",
        email: "office@lonestarroof.example",
        timezone: "America/Chicago",
        deposit: 350_000,
        habits: (90, 50, 22),
        forgetful: false,
        terms: &[
            capped(terms(0, "Standard", 3_900, &["75", "77", "78", "80"]), 6),
            terms(0, "Duo", 5_900, &["75"]),
            terms(0, "Shared", 1_800, MIDWEST),
        ],
    },
    Business {
        name: "Harbor Slate & Copper",
        email: "hello@harborslate.example",
        timezone: "America/New_York",
        deposit: 300_000,
        habits: (88, 62, 12),
        forgetful: false,
        terms: &[
            budgeted(terms(0, "Exclusive", 8_800, EAST), 260_000),
            terms(0, "Standard", 3_600, EAST),
            terms(0, "Duo", 5_700, &["75"]),
        ],
    },
    Business {
        name: "Cascade Roof Works",
        email: "desk@cascaderoof.example",
        timezone: "America/Los_Angeles",
        deposit: 450_000,
        habits: (93, 47, 20),
        forgetful: false,
        terms: &[
            terms(0, "Standard", 3_700, &["90", "92", "97", "98", "80", "85"]),
            terms(0, "Shared", 1_600, &["9", "80"]),
        ],
    },
    Business {
        name: "Blue Heron Plumbing",
        email: "dispatch@blueheron.example",
        timezone: "America/New_York",
        deposit: 250_000,
        habits: (97, 66, 9),
        forgetful: false,
        terms: &[terms(1, "Duo", 3_400, EAST), terms(1, "Shared", 1_400, &[])],
    },
    Business {
        name: "Desert Flow Plumbing & Rooter",
        email: "jobs@desertflow.example",
        timezone: "America/Phoenix",
        deposit: 220_000,
        habits: (94, 55, 18),
        forgetful: false,
        terms: &[
            terms(1, "Exclusive", 6_900, &["85"]),
            terms(1, "Duo", 3_300, WEST),
            terms(1, "Shared", 1_500, ROCKIES),
        ],
    },
    Business {
        name: "Pacific Pipe Brothers",
        email: "crew@pacificpipe.example",
        timezone: "America/Los_Angeles",
        deposit: 260_000,
        habits: (85, 44, 27),
        forgetful: false,
        terms: &[capped(terms(1, "Duo", 3_100, WEST), 8), terms(1, "Shared", 1_300, WEST)],
    },
    Business {
        name: "Aloha Drain & Leak",
        email: "aloha@alohadrain.example",
        timezone: "Pacific/Honolulu",
        deposit: 120_000,
        habits: (91, 60, 10),
        forgetful: false,
        terms: &[
            terms(1, "Exclusive", 5_200, &["968"]),
            terms(1, "Duo", 3_000, &["9"]),
            terms(1, "Shared", 1_200, &["77", "60"]),
        ],
    },
    Business {
        name: "Okafor & Lindqvist Family Law",
        email: "intake@okaforlindqvist.example",
        timezone: "America/Chicago",
        deposit: 600_000,
        habits: (98, 41, 25),
        forgetful: false,
        terms: &[terms(2, "Exclusive", 14_500, MIDWEST), terms(2, "Duo", 8_900, TEXAS)],
    },
    Business {
        name: "Castellano Mediation Group",
        email: "contact@castellano.example",
        timezone: "America/New_York",
        deposit: 450_000,
        habits: (89, 52, 16),
        forgetful: false,
        terms: &[
            budgeted(terms(2, "Duo", 7_800, EAST), 350_000),
            terms(2, "Standard", 5_100, &["0", "1", "6", "77", "78"]),
        ],
    },
    Business {
        name: "Northern Lights Family Law",
        email: "office@northernlightslaw.example",
        timezone: "America/Anchorage",
        deposit: 200_000,
        habits: (80, 57, 15),
        forgetful: true,
        terms: &[terms(2, "Exclusive", 9_900, &["995"]), terms(2, "Standard", 4_600, &["98", "97", "8"])],
    },
    Business {
        name: "Reyes Whitfield LLP",
        email: "newclients@reyeswhitfield.example",
        timezone: "America/Los_Angeles",
        deposit: 500_000,
        habits: (95, 49, 21),
        forgetful: false,
        terms: &[terms(2, "Duo", 8_400, WEST), capped(terms(2, "Standard", 5_400, &["9", "8", "7"]), 5)],
    },
];

/// Why leads are sent back: a code, and the words people find for it.
pub const REASONS: &[(u64, (&str, &[&str]))] = &[
    (
        5,
        (
            "bad_contact",
            &[
                "Number is disconnected and the e-mail bounces.",
                "Called four times over three days, never picks up, voicemail is full.",
                "Wrong person, he says he never filled in any form.",
                "Phone belongs to a pizzeria.",
            ],
        ),
    ),
    (
        3,
        (
            "duplicate",
            &[
                "We already have this customer from last week.",
                "Same homeowner came in through our own website yesterday.",
            ],
        ),
    ),
    (
        3,
        (
            "out_of_area",
            &["Address is 90 miles outside our service area.", "They moved; the job is in another state now."],
        ),
    ),
    (
        2,
        (
            "wrong_niche",
            &["Wants a handyman for a fence, not what we do.", "Is looking for a job with us, not for our services."],
        ),
    ),
    (2, ("spam", &["Tries to sell us SEO services.", "Obviously made up, the answers are song lyrics."])),
    (
        4,
        (
            "not_interested",
            &[
                "Only wanted a rough price and has hired someone else already.",
                "Says the landlord will take care of it.",
                "Changed her mind, they are back together.",
            ],
        ),
    ),
    (
        1,
        (
            "other",
            &["Customer was abusive on the phone, we won't send a crew there.", "Asked us to work without a permit."],
        ),
    ),
];
