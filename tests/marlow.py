"""Marlow Valley Health at its desk: people, channels and posts in every state, made through the actions.

`seed(desk)` fills the data folder of a desk that is not running yet, in a process of its own, and returns what
was made: sessions by person, ids of posts and channels by name. `python -m tests.marlow` is that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desk import Desk

ROOT = Path(__file__).resolve().parents[1]
PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "ana": ("Ana Reyes", ("administrator",)),
    "ben": ("Ben Osei", ("author",)),
    "sam": ("Sam Okafor", ("author",)),
    "cleo": ("Cleo Marsh", ("communications-lead",)),
    "priya": ("Priya Nair", ("privacy-officer",)),
    "lars": ("Lars Holm", ("legal",)),
    "ingrid": ("Ingrid Vale", ("executive",)),
    "omar": ("Dr. Omar Haddad", ("clinician-reviewer",)),
    "tess": ("Tess Quinn", ("crisis-lead",)),
    "ivo": ("Ivo Brandt", ("auditor",)),
}
LONG = (
    "From Monday the entrance of our Riverside hospital moves to Garden Street while the main hall is rebuilt. "
    "Buses 4 and 17 stop at the new door. Wheelchair access is on the left. Parking on level 2 stays open, and "
    "volunteers in blue vests show the way from 7:00 to 19:00."
)


@dataclass(frozen=True)
class Marlow:
    """What the seeding made."""

    desk: Desk
    sessions: dict[str, str]
    posts: dict[str, str]
    channels: dict[str, str]

    def cookies(self, who: str) -> list[Any]:
        """For `BrowserContext.add_cookies`: that person has signed in, with a second factor."""
        return [{"name": "sessionid", "value": self.sessions[who], "url": self.desk.url}]


def seed(desk: Desk, *, world: str = "full", mastodon: tuple[str, str] = ("", "")) -> Marlow:
    """`world`: "full", or "empty" (people, and no channel or post). `mastodon`: a server and a token for it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.marlow", world, *mastodon],
        env={**desk.environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Marlow(desk, **json.loads(done.stdout.splitlines()[-1]))


def main(world: str, server: str = "", token: str = "") -> None:
    from bedside.cli.opening import open_desk

    open_desk(current=False)
    from bedside.operations.schema import migrate

    migrate()
    from bedside.accounts.actions import add_person
    from bedside.accounts.caller import Caller
    from bedside.accounts.models import Person
    from bedside.organization.actions import add_department, add_site, set_up

    shell = Caller(None, "cli")
    set_up(shell, "Marlow Valley Health", time_zone="America/Chicago", is_public_entity=True)
    callers = {}
    for key, (name, roles) in PEOPLE.items():
        email = f"{name.split()[-2].strip('.').lower()}.{name.split()[-1].lower()}@example.org"
        person = add_person(shell, email, [(role, None) for role in roles], name)
        callers[key] = Caller(Person.objects.get(id=person.id), "web", "192.0.2.7")
    posts: dict[str, str] = {}
    channels: dict[str, str] = {}
    if world == "full":
        site = add_site(shell, "Riverside", "Garden Street 12, Marlow")
        add_site(shell, "Hillside Clinic", "")
        add_department(shell, "Cardiology", site.id)
        add_department(shell, "Emergency", site.id)
        add_department(shell, "Communications", None)
        channels = _channels(shell, server, token)
        posts = _posts(callers, channels)
    sessions = {key: _session(caller.person) for key, caller in callers.items() if caller.person}
    print(json.dumps({"sessions": sessions, "posts": posts, "channels": channels}))


def _session(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from bedside.accounts.doors import FACTOR_KEY
    from bedside.core import clock
    from bedside.web.signin.presence import SEEN_KEY, SINCE_KEY

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "bedside.accounts.backend.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[FACTOR_KEY] = True
    session[SINCE_KEY] = session[SEEN_KEY] = clock.now().timestamp()
    session.create()
    assert session.session_key
    return session.session_key


def _channels(shell: Any, server: str, token: str) -> dict[str, str]:
    from datetime import timedelta

    from bedside.connections.actions import add
    from bedside.connections.models import Connection
    from bedside.core import clock

    made = {
        "newsroom": add(shell, "newsroom", "Newsroom"),
        "intranet": add(shell, "webhook", "Intranet", url="http://127.0.0.1:9/hooks/bedside"),
    }
    if server:
        made["mastodon"] = add(shell, "mastodon", "Mastodon", url=server, secret=token)
    # As if connected a while ago; nobody answers there, and a probe was just made.
    seen = clock.now() + timedelta(days=1)
    made["bluesky"] = Connection.objects.create(
        kind="bluesky",
        name="Bluesky",
        url="http://127.0.0.1:9",
        identifier="marlowvalley.example.org",
        handle="@marlowvalley.example.org",
        secret={},
        facts={},
        checked_at=seen,
    )
    made["asleep"] = Connection.objects.create(
        kind="mastodon",
        name="Mastodon, children's clinic",
        url="http://127.0.0.1:9",
        handle="@children@social.example.org",
        secret={},
        facts={},
        checked_at=seen,
        state=Connection.State.SIGN_IN_NEEDED,
        trouble="The server refused the sign-in: the token was taken away.",
    )
    return {key: str(connection.id) for key, connection in made.items()}


def _posts(callers: dict[str, Any], channels: dict[str, str]) -> dict[str, str]:
    import io
    import uuid
    from datetime import timedelta

    from PIL import Image, ImageDraw

    from bedside.approvals.actions import comment, decide, submit
    from bedside.approvals.models import Review
    from bedside.core import clock
    from bedside.core.errors import Invalid
    from bedside.media.actions import upload
    from bedside.posts.actions import Draft, PictureChoice, VariantChoice, create, discard, edit
    from bedside.publishing.actions import delete, pause, resume, schedule
    from bedside.publishing.models import Attempt, Delivery
    from bedside.publishing.outbox import deliver

    ids = {key: uuid.UUID(value) for key, value in channels.items()}
    ben, sam, cleo = callers["ben"], callers["sam"], callers["cleo"]
    made: dict[str, str] = {}
    back = [timedelta(days=40)]

    def at(days_ago: float) -> None:
        back[0] = timedelta(days=days_ago)
        clock.shift(-back[0])

    def write(
        key: str,
        text: str,
        title: str = "",
        where: tuple[str, ...] = ("newsroom",),
        by: Any = ben,
        **more: Any,
    ) -> Any:
        post = create(by, Draft(text=text, title=title, channels=[ids[one] for one in where], **more))
        made[key] = str(post.id)
        return post

    def sent_in(post: Any, by: Any = ben) -> None:
        try:
            submit(by, post.id)
        except Invalid as error:
            said = {
                row["key"]: "She agreed in writing; the form is with privacy."
                for row in error.extra["findings"]
            }
            submit(by, post.id, said)

    def agreed(post: Any, by: Any = ben) -> Any:
        sent_in(post, by)
        for role, who in (
            ("communications-lead", "cleo"),
            ("privacy-officer", "priya"),
            ("legal", "lars"),
            ("executive", "ingrid"),
            ("clinician-reviewer", "omar"),
        ):
            if role in Review.objects.get(post=post, state__in=["open", "approved"]).steps:
                decide(callers[who], post.id, post.digest, "approve", "")
        return post

    def picture(words: str, colour: str) -> Any:
        image = Image.new("RGB", (1200, 800), colour)
        draw = ImageDraw.Draw(image)
        draw.rectangle((80, 420, 1120, 760), fill="#e8e2d4")
        draw.ellipse((520, 120, 860, 460), fill="#f6c667")
        out = io.BytesIO()
        image.save(out, "JPEG", quality=80)
        return upload(ben, out.getvalue(), "door.jpg", words)

    notices = [
        (
            "Visiting hours on the maternity ward",
            "From today, visiting hours on our maternity ward are 14:00 to 19:00.",
        ),
        (
            "Blood drive on Saturday",
            "Our blood drive is on Saturday, 9:00 to 15:00, in the Riverside lobby. #BloodDrive",
        ),
        (
            "Free hearing checks",
            "Free hearing checks for everyone over 60, Tuesday mornings in March at Hillside Clinic.",
        ),
        ("New parking rules", "Parking at Riverside is free for the first 30 minutes from now on."),
    ]
    for number, (title, text) in enumerate(notices):
        at(30 - number * 6)
        post = agreed(write(f"out{number}", text, title))
        for delivery in schedule(ben, post.id):
            deliver(delivery.id, "seeding")
    at(9)
    post = agreed(
        write(
            "out-picture",
            LONG + "\n\nMore: https://marlow.example.org/garden-street",
            "A new way in: Riverside's entrance moves to Garden Street",
            pictures=[
                PictureChoice(
                    picture("A glass door under a yellow awning, seen from Garden Street.", "#9fc4c0").id
                )
            ],
        )
    )
    comment(callers["priya"], post.id, "No people in the picture, good.")
    for delivery in schedule(ben, post.id):
        deliver(delivery.id, "seeding")
    at(6)
    post = agreed(
        write("deleted", "The cafeteria on level 1 is closed on Friday.", "Cafeteria closed on Friday")
    )
    (delivery,) = schedule(ben, post.id)
    deliver(delivery.id, "seeding")
    delete(cleo, delivery.id, "The day was wrong: it is Thursday.")
    deliver(delivery.id, "seeding")

    # What a network made of it: as the outbox leaves it behind, since no such network is at hand.
    def outcome(
        key: str,
        text: str,
        title: str,
        state: str,
        words: str,
        kinds: list[tuple[str, str, str]],
        **fields: Any,
    ) -> None:
        post = agreed(write(key, text, title, ("newsroom", "bluesky")))
        for one in schedule(ben, post.id):
            if one.connection_id == ids["newsroom"]:
                deliver(one.id, "seeding")
                continue
            for number, (kind, how, said) in enumerate(kinds, 1):
                Attempt.objects.create(
                    delivery=one,
                    number=number,
                    kind=kind,
                    worker="seeding",
                    started_at=clock.now() + timedelta(minutes=number),
                    finished_at=clock.now() + timedelta(minutes=number, seconds=20),
                    outcome=how,
                    words=said,
                    exchanges=[
                        {
                            "method": "POST" if kind == "send" else "GET",
                            "url": "https://pds.example.org/xrpc/com.atproto.repo.putRecord",
                            "request": '{"repo": "did:plc:marlow", "collection": "app.bsky.feed.post", "rkey": "3l6oveex3ii2l"}',
                            "status": None,
                            "error": "ReadTimeout: no answer in 20 s",
                            "response": "",
                            "seconds": 20.0,
                        }
                    ],
                )
            Delivery.objects.filter(id=one.id).update(
                state=state,
                words=words,
                attempt_count=len(kinds),
                next_at=None,
                first_sent_at=clock.now(),
                **fields,
            )

    at(1.1)
    outcome(
        "unsure",
        "Our emergency department is very busy tonight. If it can wait, call the nurse line at any hour: 555-0100.",
        "Busy emergency department tonight",
        "unsure",
        "The server did not answer in 20 s, and looking it up did not tell whether the post is there. Nothing was sent twice.",
        [
            ("send", "unknown", "The server did not answer in 20 s."),
            ("find", "cannot-tell", "The server did not answer the look-up either."),
        ],
    )
    outcome(
        "failed",
        "Thank you to the forty volunteers who planted the healing garden with us on Sunday. #HealingGarden",
        "Forty volunteers, one garden",
        "failed",
        "Bluesky refused it: the account is suspended for a day. Nothing was published there.",
        [("send", "refused", "The account is suspended for a day.")],
    )
    # Piled up behind a pause.
    at(0.4)
    post = agreed(
        write(
            "held",
            "Flu shots without an appointment, today until 18:00 at Hillside Clinic.",
            "Flu shots today",
        )
    )
    schedule(ben, post.id, clock.now() + timedelta(minutes=30))
    pause(callers["tess"], "Power cut at Riverside: we say nothing until we know more.")
    at(0.35)
    resume(callers["tess"], "Power is back.")

    # What waits for people.
    at(0.3)
    post = write(
        "review",
        "Flu shots are available at our Riverside clinic from Monday. Walk in, no appointment needed.",
        "Flu shots from Monday",
        ("newsroom", "bluesky"),
    )
    sent_in(post)
    comment(cleo, post.id, "Should we say that children need a parent with them?")
    comment(ben, post.id, "It is on the page we link to.")
    at(0.28)
    post = write(
        "risky",
        "Maria Lopez, we loved having your family in for your knee surgery on March 3rd. Call us at 555-0142 any time. #kneesurgery",
        "Thank you, Maria, for letting the whole orthopaedic team of Riverside and Hillside Clinic be a part of your way back to the hiking trail",
        ("newsroom", "bluesky", "intranet"),
        sam,
        variants={
            ids["bluesky"]: VariantChoice(
                text="Maria Lopez, we loved having your family in for your knee surgery. Thank you!"
            )
        },
    )
    sent_in(post, sam)
    at(0.2)
    post = write(
        "changed",
        "Our new walk-in clinic opens on Monday at nine. Bring your card.",
        "Walk-in clinic opens",
        by=sam,
    )
    sent_in(post, sam)
    decide(cleo, post.id, post.digest, "reject", "At ten, surely? And say which card.")
    edit(
        sam, post.id, Draft(text="Our new walk-in clinic opens on Monday at ten. Bring your insurance card.")
    )
    sent_in(post, sam)

    at(0.1)
    agreed(
        write(
            "approved",
            "Dr. Omar Haddad answers your questions about sleep in teenagers, Thursday at 18:00 on our page.",
            "Sleep in teenagers: ask Dr. Haddad",
            ("newsroom", "intranet"),
        )
    )
    soon = {"scheduled": 6.0, "scheduled2": 30.0, "scheduled3": 55.0, "scheduled4": 56.0}
    for number, (key, hours) in enumerate(soon.items()):
        post = agreed(
            write(
                key,
                f"Prenatal class {number + 1} of 4 starts at 18:00 in room 204, Riverside.",
                f"Prenatal class {number + 1} of 4",
            )
        )
        schedule(ben, post.id, clock.now() + timedelta(days=0.1, hours=hours))
    post = write(
        "rejected", "Skip the queue at our emergency department: book a slot online.", "Skip the queue"
    )
    sent_in(post)
    decide(
        cleo,
        post.id,
        post.digest,
        "reject",
        "This invites people to wait at home with something urgent. Please say when to call 911 first.",
    )

    # Drafts.
    at(0.05)
    post = write(
        "draft",
        "We loved having your family in! Join our support group for new mothers on Tuesday; call Dana at 555-0142. 💛 #newmothers",
        "Support group for new mothers",
        ("newsroom", "bluesky"),
    )
    edit(
        ben,
        post.id,
        Draft(
            pictures=[
                PictureChoice(picture("Two chairs by a window.", "#c9b8d6").id),
                PictureChoice(picture("", "#d6c3b8").id),
            ]
        ),
    )
    write("too-long", LONG * 2, "Too long for Bluesky", ("newsroom", "bluesky"))
    write("bare", "", "", ())
    post = write("discarded", "Our lift is out of order. Again.", "The lift", by=sam)
    discard(sam, post.id)
    _alarms(callers, made)
    clock.shift(timedelta(0))
    return made


def _alarms(callers: dict[str, Any], posts: dict[str, str]) -> None:
    """Two false alarms that wait, one that the allow-list can settle and one that it cannot, and one dismissed."""
    import uuid

    from bedside.approvals.alarms import can_be_allowed, dismiss, report
    from bedside.approvals.risk import finding_rows
    from bedside.posts.queries import access_post, content, screened

    def found(post: str) -> list[dict[str, Any]]:
        return finding_rows(screened(content(access_post(callers["ana"], uuid.UUID(posts[post])))))

    draft = found("draft")
    for reached in (True, False):
        row = next(row for row in draft if can_be_allowed(row["rule"]) is reached)
        report(
            callers["ben"],
            uuid.UUID(posts["draft"]),
            row["key"],
            "It is about a group, not about one person.",
        )
    settled = report(callers["sam"], uuid.UUID(posts["risky"]), found("risky")[0]["key"])
    dismiss(callers["priya"], settled.id, "It names her, and says why she came.")


if __name__ == "__main__":
    main(*sys.argv[1:])
