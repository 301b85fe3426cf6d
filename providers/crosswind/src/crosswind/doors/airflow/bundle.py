"""The DAGs that the wheel carries, as a bundle for [dag_processor] dag_bundle_config_list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.local import LocalDagBundle

import crosswind.dags


class CrosswindDagBundle(LocalDagBundle):
    """Crosswind's own DAGs, wherever the package is installed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(path=str(Path(crosswind.dags.__file__).parent), **kwargs)
