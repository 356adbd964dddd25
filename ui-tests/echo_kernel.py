"""A kernel that says it is for R and prints what it gets, for the tests of foreign kernels.

Must not know the extension.
"""

from typing import Any, ClassVar

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class EchoKernel(Kernel):
    """Answers every cell with the cell's own text."""

    implementation = "echo"
    implementation_version = "1"
    language_info: ClassVar[dict[str, str]] = {
        "name": "R",
        "mimetype": "text/plain",
        "file_extension": ".R",
    }
    banner = "Echo"

    async def do_execute(self, code: str, *_args: Any, **_options: Any) -> "dict[str, Any]":
        """One line on stdout for each request, silent ones included: nothing may hide."""
        self.send_response(
            self.iopub_socket, "stream", {"name": "stdout", "text": code or "(empty)"}
        )
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=EchoKernel)
