# The one binary in an image of its own: no shell, no package manager, not root.
#
#   docker build -t leadhouse .
#   docker run --read-only --tmpfs /tmp -v leadhouse:/data -p 127.0.0.1:8080:8080 -e PUBLIC_URL=https://leads.example.com leadhouse
#
# Health: there is no shell to ask from inside. GET /healthz (it lives) and GET /readyz (its database answers) are for whoever
# runs the container: a Kubernetes httpGet probe, the load balancer.

FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY crates/files/Cargo.toml crates/files/
COPY crates/ground/Cargo.toml crates/ground/
COPY crates/jobs/Cargo.toml crates/jobs/
COPY crates/limits/Cargo.toml crates/limits/
COPY crates/mail/Cargo.toml crates/mail/
COPY crates/units/Cargo.toml crates/units/
COPY crates/web/Cargo.toml crates/web/
COPY demo/Cargo.toml demo/
COPY program/Cargo.toml program/
# The dependencies first, in a layer that stays until Cargo.lock changes: each package with nothing in it.
RUN for package in . crates/* demo; do mkdir -p $package/src && echo > $package/src/lib.rs; done \
 && mkdir -p program/src benches tests/it \
 && echo 'fn main() {}' | tee program/src/main.rs benches/store.rs > tests/it/main.rs \
 && cargo build --release --locked --bin leadhouse
COPY assets assets
COPY migrations migrations
COPY templates templates
COPY crates crates
COPY src src
COPY demo/src demo/src
COPY program/src program/src
# What was built of the empty ones is older than these, whatever their own times say.
RUN touch src/lib.rs crates/*/src/lib.rs demo/src/lib.rs program/src/main.rs && cargo build --release --locked --bin leadhouse && mkdir /data

# Its files of time zones are not needed: the binary has newer ones.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/leadhouse /usr/local/bin/leadhouse
COPY --from=build --chown=nonroot:nonroot /data /data
ENV DATA_DIR=/data DATABASE_URL=sqlite:///data/leadhouse.db LISTEN=0.0.0.0:8080 LOG_FORMAT=json MIMALLOC_ALLOW_THP=0
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/leadhouse"]
CMD ["serve"]
