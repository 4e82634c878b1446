//! The floor plan as data: which module stands on which storey, and which room may know which other room.
//! The picture in ARCHITECTURE.md is written from these tables.

/// How the outside reaches in.
pub const DOORS: &[&str] = &["cli", "portal", "server", "worker"];

/// Questions across rooms, for doors to ask: they may name every room, and no room's verbs name them.
pub const QUESTIONS: &[&str] = &["read"];

/// What the business is made of.
pub const ROOMS: &[&str] = &[
    "accounts",
    "assignments",
    "audit",
    "billing",
    "catalog",
    "distribution",
    "exports",
    "inbox",
    "intake",
    "outbox",
    "preferences",
    "returns",
];

/// Kits that know no room.
pub const CELLAR: &[&str] = &["app", "http", "installation", "mail"];

/// Kits that are packages of their own, from which the compiler keeps rooms and doors, and which of each other they use.
pub const CRATES: &[(&str, &[&str])] = &[
    ("web", &["ground", "limits", "units"]),
    ("jobs", &["ground", "units"]),
    ("units", &["ground"]),
    ("files", &["ground"]),
    ("limits", &["ground"]),
    ("mail", &["ground"]),
    ("outgoing", &[]),
    ("ground", &[]),
];

/// What the product stands on beside its crates.
pub const GROUND: &[&str] = &["attribution", "config", "consent", "fields", "id", "money", "need", "phone"];

/// Which kit may use which: `app` is the bunch of keys, which no kit knows.
pub const KITS: &[(&str, &[&str])] =
    &[("app", &["http", "installation", "mail"]), ("http", &[]), ("installation", &[]), ("mail", &[])];

/// Which ground module may use which.
pub const EARTH: &[(&str, &[&str])] = &[
    ("config", &["money"]),
    ("consent", &["attribution"]),
    ("fields", &["attribution", "phone"]),
    ("need", &["attribution", "fields"]),
];

/// What a room's verbs, store and jobs may import from other rooms. No cycles.
pub const INSIDE: &[(&str, &[&str])] = &[
    ("intake", &["distribution", "exports", "returns", "assignments", "billing", "catalog", "outbox", "audit"]),
    ("distribution", &["assignments", "billing", "catalog", "audit", "outbox"]),
    ("exports", &["inbox", "assignments", "audit", "accounts", "outbox"]),
    ("inbox", &["returns", "assignments", "outbox", "audit", "accounts"]),
    ("returns", &["assignments", "billing", "catalog", "outbox", "audit", "accounts"]),
    ("assignments", &[]),
    ("preferences", &["accounts", "outbox", "audit"]),
    ("catalog", &["audit"]),
    ("accounts", &["audit", "billing", "catalog", "outbox"]),
    ("billing", &["catalog", "audit"]),
    ("outbox", &["assignments", "audit"]),
    ("audit", &[]),
];

/// The files of a room that face the outside: they parse, run one verb, present. All others are plain functions.
pub const ROOM_DOORS: &[&str] = &["api", "admin", "pages", "jobs"];

/// Further ones, in the rooms that need them: accounts finds out who is calling, intake reads what platforms send, outbox
/// writes links with the installation's seal.
pub const MORE_ROOM_DOORS: &[(&str, &[&str])] =
    &[("accounts", &["extract", "identity"]), ("intake", &["formats"]), ("outbox", &["render"])];

/// What presents as doors do, and is a plain function all the same: exports writes the rows of a file as they were read.
pub const PRESENTERS: &[(&str, &[&str])] = &[("exports", &["build", "sheet"])];

/// What the doors of every room may import besides: who is calling, who did what, and questions across rooms.
pub const EVERY_DOOR: &[&str] = &["accounts", "audit", "read"];
