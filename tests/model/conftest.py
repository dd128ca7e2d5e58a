"""Shows what differs when an assertion of the model's own files fails."""

import pytest

pytest.register_assert_rewrite("tests.model.machine", "tests.model.comparison")
