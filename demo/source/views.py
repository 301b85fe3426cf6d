"""Views over flights and customers: joins, a view over a view, a materialised one."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

PUNCTUALITY = """
CREATE VIEW reporting.airline_punctuality AS
SELECT airline, count(*) AS flights, avg(minutes_late) AS average_delay,
       avg((minutes_late <= 15)::int) AS on_time_share
FROM reporting.departures
GROUP BY airline
"""
"""The view that the demo drops; nothing stands on it."""

PUNCTUALITY_COMMENT = "COMMENT ON VIEW reporting.airline_punctuality IS 'How late each airline leaves, on average'"

VIEWS = """
CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'What analysts read';

CREATE VIEW reporting.departures AS
SELECT f.time_hour AS departed, f.carrier, l.name AS airline, f.flight, o.name AS origin_airport,
       d.name AS destination_airport, f.dep_delay AS minutes_late, f.distance
FROM flights.flights f
JOIN flights.airlines l ON l.carrier = f.carrier
JOIN flights.airports o ON o.faa = f.origin
JOIN flights.airports d ON d.faa = f.dest;
COMMENT ON VIEW reporting.departures IS 'Flights with the names of airline and airports';

CREATE VIEW reporting.route_delays AS
SELECT origin_airport, destination_airport, count(*) AS flights, avg(minutes_late) AS average_delay
FROM reporting.departures
GROUP BY origin_airport, destination_airport;
COMMENT ON VIEW reporting.route_delays IS 'Average departure delay of each route';

CREATE MATERIALIZED VIEW reporting.daily_traffic AS
SELECT date_trunc('day', time_hour) AS day, origin, count(*) AS flights, sum(distance) AS miles
FROM flights.flights
GROUP BY 1, 2;
CREATE UNIQUE INDEX daily_traffic_key ON reporting.daily_traffic (day, origin);
COMMENT ON MATERIALIZED VIEW reporting.daily_traffic IS 'Flights and miles a day and airport';

CREATE VIEW reporting.frequent_flyers AS
SELECT p.person_id, p.full_name, p.email, a.tier, count(b.booking_id) AS trips, sum(b.price) AS spent
FROM customers.people p
JOIN customers.bookings b ON b.person_id = p.person_id
LEFT JOIN customers.loyalty_accounts a ON a.person_id = p.person_id
GROUP BY p.person_id, p.full_name, p.email, a.tier;
COMMENT ON VIEW reporting.frequent_flyers IS 'Customers by trips and spending; holds personal data';
"""


def create(connection: Connection[Any]) -> None:
    """Make the reporting schema."""
    for statement in (VIEWS, PUNCTUALITY, PUNCTUALITY_COMMENT):
        connection.execute(statement)
