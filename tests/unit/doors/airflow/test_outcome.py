"""What people read of an error that ended a task."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowFailException

from crosswind.doors.airflow.outcome import lasting, told


@pytest.mark.parametrize(("error", "transient"), [(ValueError("The file is cut short"), False), (OSError("x"), True)])
def test_what_is_told_to_pass_is_what_is_tried_again(error: Exception, transient: bool) -> None:
    assert told(error)["transient"] is transient
    with pytest.raises(AirflowFailException if not transient else OSError), lasting():
        raise error


def test_the_text_of_a_fault_of_ours_is_told_and_no_other() -> None:
    assert told(ValueError("The file is cut short"))["message"] == "The file is cut short"
    assert told(OSError("/home/somebody/secret"))["message"] == "OSError"
