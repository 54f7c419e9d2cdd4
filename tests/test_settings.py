"""Settings from files: what they may say, and where their paths are read from."""

from pathlib import Path

import pytest

from hotreload.project.files import Mount
from hotreload.project.settings import (
    Settings,
    SettingsError,
    check_folder,
    package_mount,
    parse_base,
    parse_mount,
    read_config,
)


def write(folder: Path, pyproject: str | None = None, own: str | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if pyproject is not None:
        (folder / "pyproject.toml").write_text(f"[tool.hotreload]\n{pyproject}\n")
    if own is not None:
        (folder / "hotreload.toml").write_text(own)
    return folder


def test_without_files_nothing_is_set(tmp_path: Path) -> None:
    assert read_config(tmp_path).values == {}


def test_a_file_of_our_own_wins_over_pyproject_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, "port = 1\nspa = true", 'port = 2\nlog-level = "debug"')
    assert read_config(tmp_path).values == {"port": 2, "spa": True, "log_level": "debug"}


def test_a_pyproject_without_a_table_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.other]\nport = 1\n')
    assert read_config(tmp_path).values == {}


def test_the_nearest_file_above_counts_and_paths_are_read_from_it(tmp_path: Path) -> None:
    write(tmp_path, own="port = 1")
    write(tmp_path / "a", own='dir = "site"\nwatch = ["../data"]\nmount = ["/lib=lib"]')
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    config = read_config(inner).values
    assert Path(config["dir"]) == tmp_path / "a" / "site"
    assert [Path(path).resolve() for path in config["watch"]] == [tmp_path / "data"]
    assert config["mount"] == [f"/lib={tmp_path / 'a' / 'lib'}"]
    assert "port" not in config


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port =", "is not TOML"),
        ("port = 1\nport = 2", "is not TOML"),
        ("prot = 1", "unknown setting 'prot'; known are"),
        ('port = "1"', "'port' is not"),
        ("port = true", "'port' is not"),
        ("spa = 1", "'spa' is not"),
        ('watch = "src"', "'watch' is not"),
        ("ignore = [1]", "'ignore' is not a list of strings"),
        ("base = 1", "'base' is not"),
        ('host = "0.0.0.0"', "'host' opens the server to others"),
        ('editor = "code"', "'editor' is a command"),
        ('allow-host = ["evil.example"]', "HOTRELOAD_ALLOW_HOST"),
        ('mount = ["/x=/etc"]', "leads out of the project"),
        ('mount = ["/x=.."]', "leads out of the project"),
    ],
)
def test_what_a_file_may_not_say_is_an_error_that_names_it(
    tmp_path: Path, text: str, says: str
) -> None:
    write(tmp_path, own=text)
    with pytest.raises(SettingsError) as error:
        read_config(tmp_path)
    assert says in str(error.value)
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["tool = 1", "[tool]\nhotreload = 1", "[[tool.hotreload]]\nport = 1", "[tool]\n"]
)
def test_a_pyproject_of_another_shape_is_no_accident(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    if text == "[tool]\n":
        assert read_config(tmp_path).values == {}
        return
    with pytest.raises(SettingsError, match="not a table"):
        read_config(tmp_path)


def test_a_file_that_is_no_text_or_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "hotreload.toml").write_bytes(b"port = 1 # \xff")
    with pytest.raises(SettingsError, match="is not TOML"):
        read_config(tmp_path)


def test_a_folder_that_can_be_served_is_given_as_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "link").symlink_to("site")
    assert check_folder(tmp_path / "link") == tmp_path / "site"


def test_what_can_not_be_served_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="there is no folder"):
        check_folder(tmp_path / "gone")
    with pytest.raises(SettingsError, match="is not a folder"):
        check_folder(tmp_path / "file")


def test_an_unreadable_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, who can read everything.
    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(SettingsError, match=r"can't be read: Permission denied"):
        check_folder(tmp_path)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("/lib={}", "/lib/"), ("/lib/={}", "/lib/"), ("/a/b c={}", "/a/b%20c/")],
)
def test_a_mount_is_read(tmp_path: Path, text: str, prefix: str) -> None:
    assert parse_mount(text.format(tmp_path)) == Mount(prefix, tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "lib={}", "/lib", "={}", "/={}", "/a/../b={}", "/a//b={}", "/lib={}/gone", "/./={}"],
)
def test_what_is_no_mount_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        parse_mount(text.format(tmp_path))


def test_a_base_gets_its_slash() -> None:
    assert parse_base("/") == "/"
    assert parse_base("/app") == parse_base("/app/") == "/app/"


@pytest.mark.parametrize(
    "text", ["", "app", "http://x/", "/a?b", "/a#b", "//evil.example/", "/a/../"]
)
def test_what_is_no_base_is_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match="base"):
        parse_base(text)


def test_packages_beside_the_site_are_mounted(tmp_path: Path) -> None:
    site = tmp_path / "a" / "site"
    site.mkdir(parents=True)
    assert package_mount(site, tmp_path) is None
    (tmp_path / "node_modules").mkdir()
    assert package_mount(site, tmp_path) == Mount(
        "/node_modules/", tmp_path / "node_modules", watched=False
    )
    assert package_mount(site, tmp_path / "a") is None, "above where the command was given"
    (tmp_path / "a" / "node_modules").mkdir()
    assert package_mount(site, tmp_path) == Mount(
        "/node_modules/", tmp_path / "a/node_modules", watched=False
    )
    (site / "node_modules").mkdir()
    assert package_mount(site, tmp_path) is None, "the site's own is served anyway"


def test_the_root_is_mounted_by_default(tmp_path: Path) -> None:
    assert Settings(tmp_path).mounts == (Mount("/", tmp_path),)


@pytest.mark.parametrize(
    "text",
    [
        'proxy = ["/api=http://192.0.2.1:80"]',
        'proxy = ["/api=http://intern.test"]',
        'header = ["Access-Control-Allow-Origin: *"]',
        'header = ["cross-origin-resource-policy: cross-origin"]',
    ],
)
def test_a_project_reaches_no_other_machine_and_opens_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "hotreload.toml").write_text(text)
    with pytest.raises(SettingsError, match="as a flag"):
        read_config(tmp_path)


def test_a_project_may_have_its_own_server_behind_and_its_own_headers(tmp_path: Path) -> None:
    (tmp_path / "hotreload.toml").write_text(
        'proxy = ["/api=http://localhost:9000", "/ws=http://[::1]:9"]\nheader = ["X-Mine: yes"]\n'
    )
    values = read_config(tmp_path).values
    assert values["proxy"] == ["/api=http://localhost:9000", "/ws=http://[::1]:9"]
    assert values["header"] == ["X-Mine: yes"]
