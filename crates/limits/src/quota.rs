//! What is counted, of whom, and what is said to it.

use std::net::IpAddr;

use uuid::Uuid;

/// How long a window is, in seconds.
pub const WINDOW: u64 = 60;

/// So many requests a window, under a name the client is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Quota {
    /// Quotas of one name share their windows.
    pub name: &'static str,
    /// Requests that a window admits.
    pub most: u32,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever has this id.
    Id(Uuid),
    /// Whoever calls from there; made by [`Who::address`].
    Address(IpAddr),
}

/// What the limiter says to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What was asked about.
    pub quota: &'static Quota,
    /// Whether the request may go on.
    pub admitted: bool,
    /// Requests that are left in this window.
    pub remaining: u32,
    /// Whole seconds until the window ends, rounded up; 1 to 60.
    pub resets_in: u64,
}

impl Who {
    /// An address as it is counted: of IPv6 the first 64 bits, since one customer has them all.
    pub fn address(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(v6) => {
                let network = v6.to_bits() & (u128::MAX << 64);
                Self::Address(IpAddr::V6(network.into()))
            }
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }
}
