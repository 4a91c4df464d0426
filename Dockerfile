FROM node:24-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src src
COPY adapters adapters
RUN mkdir /data && chown node:node /data
USER node
# Reached from outside the container, the playground asks for the token in the link that the log shows.
ENV HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:/data/sightline.db
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./src/compile-cache.js", "src/main.ts"]
