"""The one style sheet and the one script of the pages."""

from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@get("/static/{name:str}", opt={"open": True}, include_in_schema=False)
async def asset(name: FromPath[str]) -> Response[bytes]:
    """One file; names are those of the folder and nothing else."""
    files = {file.name: file for file in FOLDER.iterdir() if file.suffix in _TYPES}
    if name not in files:
        raise NotFoundException(f"there is no {name}")
    media_type = _TYPES[files[name].suffix]
    return Response(files[name].read_bytes(), media_type=media_type, headers={"cache-control": "max-age=300"})


routes = [asset]
