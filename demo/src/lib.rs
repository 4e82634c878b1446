//! Data for an installation that has none: a demo to look around in, and as much of it as a load test wants. It stands
//! on the product and goes past its rooms where no verb could make a past; the product knows nothing of it.

pub mod demo;
mod random;
pub mod seed;
