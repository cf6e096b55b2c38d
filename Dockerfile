# cuecard as a service. Build: docker build -t cuecard .   Run: examples/compose.yaml

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: none of the dependencies needs one here, and node comes with the image.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node_modules/.bin/tsc -p tsconfig.build.json

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
WORKDIR /app
# The data: database, its key where no other file is named, API keys. All else may be read-only.
RUN mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY samples ./samples
ENV NODE_ENV=production \
    NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=256" \
    MALLOC_ARENA_MAX=2 \
    CUECARD_HOST=0.0.0.0 \
    CUECARD_DATABASE_URL=sqlite:/data/cuecard.db \
    CUECARD_API_KEYS_FILE=/data/cuecard-keys.json
USER node
VOLUME /data
EXPOSE 4300
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CUECARD_PORT || 4300}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/cuecard.js"]
CMD ["serve"]
