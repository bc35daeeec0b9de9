# The service as one image: `docker build -t hotline .`; the same image serves, migrates and runs every command.

FROM node:22-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web ./
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements/run.lock /src/requirements/run.lock
RUN python -m venv /opt/venv \
  && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /src/requirements/run.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/hotline --create-home hotline
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/hotline
COPY LICENSE ./
COPY routing ./routing
COPY ivr_flows ./ivr_flows
COPY agents ./agents
COPY app ./app
COPY --from=web /src/web/dist ./web/dist
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/srv/hotline PYTHONDONTWRITEBYTECODE=1 \
  HOTLINE_DATABASE_URL=sqlite+aiosqlite:////var/lib/hotline/hotline.db
USER hotline
VOLUME /var/lib/hotline
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
