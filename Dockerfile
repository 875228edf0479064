# Debian 12 by name: its PostgreSQL client must be as new as the server of docker-compose.yml.
FROM python:3.11-slim-bookworm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libvoikko1 voikko-fi \
    postgresql-client-15 \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/kemi
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN useradd --system --home /var/lib/kemi --create-home kemi
ENV PORTAL_HOME=/var/lib/kemi PORTAL_DEMO=0
USER kemi
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "kemi_ecosystem.wsgi:application"]
