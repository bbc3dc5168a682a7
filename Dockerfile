# The program without servers: they are services of their own in docker-compose.yml.
FROM node:24-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN useradd --create-home --uid 10001 crmquality \
    && install -d -o crmquality -g crmquality /srv/crmquality /srv/var
WORKDIR /srv/crmquality
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY --from=assets /assets/node_modules node_modules
COPY . .
# Static files and catalogues are part of the image; no secret is, so these are thrown away.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgres://none/none REDIS_URL=redis://none/0 \
    CRMQUALITY_VAR=/srv/image STATIC_ROOT=/srv/static \
    sh -c 'python manage.py translations --compile && python manage.py collectstatic --noinput' \
    && rm -rf node_modules
ENV CRMQUALITY_VAR=/srv/var STATIC_ROOT=/srv/static
USER crmquality
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "crmquality.wsgi", "--bind", "0.0.0.0:8000"]
