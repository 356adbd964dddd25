"""The shapes of what travels with a request, see docs/protocol.md, and of the agent that answers it.

For annotations as text only: what runs alone imports nothing of ours. Must not know: what a request
does.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable, Dict, List, Optional, Protocol, Tuple, TypedDict, Union  # novm

    from ..entries import SentenceParts
    from ..shapes import Profile, Report

    #: The English text of each sentence, and what it is made of.
    Sentences = Dict[str, SentenceParts]
    #: A sentence in English, and what it is made of.
    Reason = Tuple[str, Sentences]

    class Arguments(TypedDict, total=False):
        """Of requests, as far as they are read on the way to the agent."""

        profile: Optional[Profile]
        connector: Optional[str]
        connectClass: Optional[bool]
        customerKey: Optional[str]
        buckets: List[str]
        block: bool
        fingerprint: Optional[str]
        mode: str

    class Request(TypedDict, total=False):
        """One request."""

        protocol: int
        id: str
        request: str
        arguments: Arguments

    class Answered(Protocol):
        """What carries a report to the page."""

        report: Report

    class Payload(TypedDict, total=False):
        """What travels with a request; core, files and part: of the agent, if the kernel lacks them."""

        request: Request
        protocol: int
        bootstrap: str
        version: str
        fingerprint: str
        core: Optional[str]
        files: Optional[Dict[str, str]]
        part: Optional[str]
        block: str

    class BlockingPayload(Payload, total=False):
        """With a guard that holds cells back; answer and stop: what becomes of it."""

        blocking: str
        answer: Answered
        stop: Exception

    class Start(TypedDict):
        """What a kernel is started with. agent: the folder of the server's; unknown: why nobody knows
        what was chosen; locked: the profile is the site's; checks: before each cell."""

        agent: str
        version: str
        profile: Optional[Profile]
        connector: str
        connectClass: bool
        mode: str
        requireBlock: bool
        locked: bool
        checks: bool
        unknown: str

    class Events(Protocol):
        """Of IPython's shell."""

        def register(self, event: str, function: Callable[..., object]) -> None:
            """As IPython's."""

    class Shell(Protocol):
        """IPython's shell in a kernel."""

        ast_transformers: List[object]
        events: Events
        kernel: object

    class Refused(TypedDict):
        """Why a profile cannot be applied in a Livy session."""

        message: str
        sentences: Sentences

    class Livy(TypedDict):
        """What is for the kernel beside a Livy session, and for that session."""

        relay: str
        session: str
        statement: str
        bootstrap: str
        frame: str
        conf: Dict[str, str]
        refused: Optional[Refused]

    class LivyPayload(Payload, total=False):
        """What travels to a kernel that may be beside a Livy session."""

        livy: Livy

    class StatementPayload(Payload, total=False):
        """What travels to the session, as docs of statement.main say."""

        statement: str
        requests: List[Union[Request, str]]
        frame: str
        kept: int
        packed: bool
        startConf: Dict[str, List[Optional[str]]]
        ahead: Dict[str, str]

    class Agent(Protocol):
        """The agent's package, installed or shipped."""

        PROTOCOL: int
        SOURCE: str
        VERSION: str
        FINGERPRINT: Optional[str]

        def begin(self, request: Request) -> None:
            """As the agent's."""

        def handle(self, request: Request) -> Report:
            """As the agent's."""
