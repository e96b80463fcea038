"""Names of OpenVINO, imported without its tools that convert models.

To import these takes 40 ms, and telemetry comes with them. OpenVINO does without them where they
are not installed, and that is what it is told here.
"""

import sys
from typing import Any

_TOOLS = "openvino.tools.ovc"


def _without_tools() -> Any:
    modules: dict[str, Any] = sys.modules
    if _TOOLS in modules:
        import openvino

        return openvino
    modules[_TOOLS] = None  # importing it raises ImportError
    try:
        import openvino
    finally:
        del modules[_TOOLS]
    return openvino


_openvino = _without_tools()
Core, Model, Node = _openvino.Core, _openvino.Model, _openvino.Node
Type, opset15 = _openvino.Type, _openvino.opset15
