"""The part in the Jupyter server: keeps the choice of each notebook, starts its kernels with it, keeps
the saved profiles, and makes events of what kernels say of their encryption if a site wants that.

Everything works without it, with each workspace's own memory and the page's guards. Must not know:
Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: What the contents manager says of renames, copies and deletions, by whatever client.
CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"


def _load_jupyter_server_extension(app: Any) -> None:
    """Adds the requests and follows the files; `app` is the running ServerApp."""
    from pathlib import Path

    from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir
    from jupyter_server.base.handlers import path_regex
    from jupyter_server.utils import url_path_join

    from .choices import Choices, folder_of
    from .handlers import ChoiceHandler, SavedProfilesHandler
    from .saved_profiles import SavedProfiles
    from .settings import Settings, lab_of
    from .starting import Starts, install

    manager = app.contents_manager
    choices = Choices(folder_of(jupyter_data_dir(), str(getattr(manager, "root_dir", ""))))
    saved = SavedProfiles(Path(jupyter_config_dir()) / "s3-encryption" / "profiles.json")
    address = url_path_join(app.web_app.settings["base_url"], "s3-encryption")
    handlers = [
        (address + "/choices" + path_regex, ChoiceHandler, {"choices": choices}),
        (address + "/profiles", SavedProfilesHandler, {"saved": saved}),
    ]
    app.web_app.add_handlers(".*$", handlers)
    starts = Starts(choices, Settings(lab_of(app), saved), app.session_manager, app.log)
    install(app, starts, _listen(app, starts, address))

    async def follow(logger: object, schema_id: str, data: dict[str, Any]) -> None:
        """Runs before the next request of the client: nothing in it waits."""
        del logger, schema_id
        path = str(data["path"]).strip("/")
        source = str(data.get("source_path", "")).strip("/")
        try:
            if data["action"] == "rename" and path != source:
                starts.moved(source, path)
                choices.moved(source, path)
            elif data["action"] == "copy":
                choices.copied(source, path)
            elif data["action"] == "delete":
                choices.deleted(path)
        except OSError:
            app.log.exception("The S3 encryption of %s did not follow its file.", path)

    manager.event_logger.add_listener(schema_id=CONTENTS, listener=follow)


def _listen(app: Any, starts: Any, address: str) -> Callable[[Any], None] | None:
    """Listens to the kernels, if the site has turned it on; what has to see each provisioner then."""
    from .evidence import SCHEMA, SCHEMA_ID, Evidence, S3EncryptionEvidence

    if not S3EncryptionEvidence(parent=app).enabled:
        return None
    from .evidence_handlers import EvidenceHandler, KernelsPage
    from .listening import Listening

    events = app.event_logger
    events.register_event_schema(SCHEMA)
    evidence = Evidence(lambda data: events.emit(schema_id=SCHEMA_ID, data=data), app.log)
    listening = Listening(evidence, starts, app.kernel_manager, app.log)
    known = {"evidence": evidence, "listening": listening}
    handlers = [
        (address + "/evidence", EvidenceHandler, known),
        (address + "/kernels", KernelsPage, {"listening": listening}),
    ]
    app.web_app.add_handlers(".*$", handlers)
    return listening.follow
