"""Asks a Hive Metastore, in the peers' own Python: its port is named, figures come out."""

from __future__ import annotations

import json
import sys
from typing import Any

from pymetastore.hive_metastore import ThriftHiveMetastore, ttypes  # type: ignore[import-not-found]
from tests.bench.peers.workload import COLUMNS, PLACES, SENTENCE, measure
from thrift.protocol.TBinaryProtocol import TBinaryProtocolAccelerated  # type: ignore[import-not-found]
from thrift.transport.TSocket import TSocket  # type: ignore[import-not-found]
from thrift.transport.TTransport import TBufferedTransport  # type: ignore[import-not-found]

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
PAGE = 100


class Hive:
    """One Thrift connection, its messages read and written in C."""

    def __init__(self, port: int) -> None:
        link = TSocket("127.0.0.1", port)
        transport = TBufferedTransport(link)
        transport.open()
        self._places: dict[str, str] = {}
        self.client: Any = ThriftHiveMetastore.Client(TBinaryProtocolAccelerated(transport))

    def create(self, place: str, name: str) -> None:
        columns = [ttypes.FieldSchema(name=column, type=kind) for column, kind in COLUMNS]
        serde = ttypes.SerDeInfo(serializationLib=f"{PARQUET}.serde.ParquetHiveSerDe", parameters={})
        stored = ttypes.StorageDescriptor(
            cols=columns, location=self._folder(place), serdeInfo=serde,
            inputFormat=f"{PARQUET}.MapredParquetInputFormat",
            outputFormat=f"{PARQUET}.MapredParquetOutputFormat", numBuckets=0, bucketCols=[], sortCols=[],
            parameters={},
        )  # fmt: skip
        self.client.create_table(ttypes.Table(
            tableName=name, dbName=place, owner="bench", sd=stored, partitionKeys=[], tableType="EXTERNAL_TABLE",
            parameters={"EXTERNAL": "TRUE", "comment": SENTENCE},
        ))  # fmt: skip

    def _folder(self, place: str) -> str:
        """The database's own folder: it is there, so that no table makes one."""
        if place not in self._places:
            self._places[place] = self.client.get_database(place).locationUri
        return self._places[place]

    def get(self, place: str, name: str) -> None:
        request = ttypes.GetTableRequest(dbName=place, tblName=name, capabilities=_capable())
        found = self.client.get_table_req(request).table
        assert len(found.sd.cols) == len(COLUMNS)

    def names(self, place: str) -> int:
        return len(self.client.get_all_tables(place))

    def whole(self, place: str) -> int:
        names = self.client.get_all_tables(place)
        found: list[Any] = []
        for start in range(0, len(names), PAGE):
            request = ttypes.GetTablesRequest(
                dbName=place, tblNames=names[start : start + PAGE], capabilities=_capable()
            )
            found += self.client.get_table_objects_by_name_req(request).tables
        return sum(len(each.sd.cols) == len(COLUMNS) for each in found)


def _capable() -> Any:
    return ttypes.ClientCapabilities(values=[ttypes.ClientCapability.INSERT_ONLY_TABLES])


def main(port: int) -> None:
    first = Hive(port)
    for place in PLACES:
        first.client.create_database(ttypes.Database(name=place))
    print(json.dumps(measure(lambda: Hive(port))))


if __name__ == "__main__":
    main(int(sys.argv[1]))
