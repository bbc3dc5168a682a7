"""The few files of the npm packages that pages use, found where npm puts them."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

# Source maps come along: the manifest storage refuses a file whose map is missing.
NPM_FILES = {
    ("vendor/tabler", "@tabler/core/dist"): [
        "css/tabler.min.css",
        "css/tabler.min.css.map",
        "js/tabler.min.js",
        "js/tabler.min.js.map",
    ],
    ("vendor/icons", "@tabler/icons-webfont/dist"): [
        "tabler-icons.min.css",
        "fonts/tabler-icons.woff2",
        "fonts/tabler-icons.woff",
        "fonts/tabler-icons.ttf",
    ],
    ("vendor/echarts", "echarts/dist"): ["echarts.min.js"],
}


class NpmFinder(FileSystemFinder):
    """Finds `vendor/tabler/css/tabler.min.css` in node_modules/@tabler/core/dist/css."""

    def __init__(self, app_names: Any = None) -> None:
        modules = settings.BASE_DIR / "node_modules"
        self.locations = [(prefix, str(modules / folder)) for prefix, folder in NPM_FILES]
        self.storages = {}
        for prefix, root in self.locations:
            storage = FileSystemStorage(location=root)
            storage.prefix = prefix  # type: ignore[attr-defined]
            self.storages[root] = storage

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for (_prefix, root), names in zip(self.locations, NPM_FILES.values(), strict=True):
            storage = self.storages[root]
            yield from ((name, storage) for name in names if storage.exists(name))


def missing_files() -> list[str]:
    modules = settings.BASE_DIR / "node_modules"
    paths = (modules / folder / name for (_prefix, folder), names in NPM_FILES.items() for name in names)
    return [str(path.relative_to(settings.BASE_DIR)) for path in paths if not path.exists()]
