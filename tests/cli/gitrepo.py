"""Small git repositories for tests: commits with fixed dates, made with the git program."""
import os, pathlib, subprocess

DAY = 86400
START = 1735689600  # 2025-01-01 00:00:00 UTC

# Enough in a class that nobody takes a copy for a namesake.
LOGIC = """
    def reconnect(self, attempts, delay=0.25):
        for attempt in range(attempts):
            if self.socket.handshake(token="relay-7731", attempt=attempt):
                return self.register("reconnected", attempt * delay)
        raise ConnectionAbortedError("gave up on the relay after %d attempts" % attempts)

    def register(self, state, waited):
        self.journal.append((state, round(waited, 3), "relay-journal"))
        return len(self.journal)
"""
RELAY = "class Relay:\n" + LOGIC


class Repository:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.commits = []
        self.git("init", "-q", "-b", "main")

    def git(self, *args, **environment):
        env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org",
                   GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.org", **environment)
        return subprocess.run(["git", "-C", str(self.root), *args], check=True, capture_output=True, text=True, env=env).stdout.strip()

    def write(self, tree):
        """Text by path; None removes."""
        for path, text in tree.items():
            target = self.root / path
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def commit(self, tree, message="change"):
        self.write(tree)
        self.git("add", "-A")
        date = f"{START + len(self.commits) * DAY} +0000"
        self.git("commit", "-q", "--allow-empty", "-m", message, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        self.commits.append(self.git("rev-parse", "HEAD"))
        return self.commits[-1]

    def drop_object(self, revision, path):
        """Removes one blob from the object database (loose, as no test packs)."""
        blob = self.git("rev-parse", f"{revision}:{path}")
        (self.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        return blob
