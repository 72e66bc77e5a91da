# What a job of `act` runs in: Debian, and the Node of this project in place of the runner's own. No docker command.
FROM debian:trixie-slim
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends ca-certificates git libatomic1 libstdc++6 \
  && rm -rf /var/lib/apt/lists/*
COPY node /usr/local/bin/node
RUN node --version
