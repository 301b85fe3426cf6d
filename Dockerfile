# Crosswind in an Airflow of its own: wheels of every distribution first, then an image that holds nothing but what they need.

FROM python:3.12.12-slim-bookworm AS wheels
WORKDIR /source
COPY . .
RUN CROSSWIND_REQUIREMENTS=requirements-build.in scripts/wheels

FROM python:3.12.12-slim-bookworm
ENV AIRFLOW_HOME=/opt/airflow \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Every package is a wheel, so no compiler is needed; those of the distributions come from the stage before.
RUN --mount=type=bind,from=wheels,source=/source,target=/source \
    pip install --no-cache-dir --only-binary :all: --find-links /source/dist \
    --constraint /source/constraints.txt --requirement /source/deploy/requirements.txt
# The files that Airflow would otherwise write at its start, into a root file system that is read-only.
RUN groupadd --gid 50000 airflow \
    && useradd --uid 50000 --gid airflow --no-create-home --home-dir /opt/airflow airflow \
    && install -d -o airflow -g airflow /opt/airflow /opt/airflow/dags /opt/airflow/logs /opt/airflow/plugins \
    && install -o airflow -g airflow -m 0600 /dev/null /opt/airflow/airflow.cfg \
    && install -o airflow -g airflow -m 0600 /dev/null /opt/airflow/webserver_config.py
WORKDIR /opt/airflow
USER 50000:50000
CMD ["airflow", "version"]
