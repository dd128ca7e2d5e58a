"""TLS and passwords: what the address of a mail server asks for happens, or nothing is sent."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import Desk, deliveries, put_gift

USER, PASSWORD = "shop@example", "p@ss:w/rd"
LOGIN = "shop%40example:p%40ss%3Aw%2Frd@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the client believe the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


def send(desk: Desk, server: Mailbox, url: str) -> str | None:
    """Send a gift's notice by way of a server; return the error, or None."""
    desk.mails_to(server, SMTP_URL=url.format(port=server.port))
    put_gift(desk.conn)
    desk.run()
    (delivery,) = deliveries(desk.conn)
    assert len(server.letters) == (delivery["error"] is None)
    error: str | None = delivery["error"]
    return error


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("login", ["", LOGIN])
def test_mail_goes_out_by_starttls(bare_desk: Desk, tls: ssl.SSLContext, login: str) -> None:
    options = {"authenticator": check, "auth_required": True} if login else {}
    with Mailbox(tls_context=tls, require_starttls=True, **options) as server:
        assert send(bare_desk, server, f"smtp://{login}127.0.0.1:{{port}}?starttls=1") is None


@pytest.mark.usefixtures("trusted")
def test_mail_goes_out_by_tls(bare_desk: Desk, tls: ssl.SSLContext) -> None:
    with Mailbox(ssl_context=tls) as server:
        assert send(bare_desk, server, "smtps://127.0.0.1:{port}") is None


@pytest.mark.parametrize("url", ["smtps://127.0.0.1:{port}", "smtp://127.0.0.1:{port}?starttls=1"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    bare_desk: Desk, tls: ssl.SSLContext, url: str
) -> None:
    options = {"ssl_context": tls} if url.startswith("smtps") else {"tls_context": tls}
    with Mailbox(**options) as server:
        error = send(bare_desk, server, url)
        assert error is not None
        assert "CERTIFICATE_VERIFY_FAILED" in error


def test_a_server_without_starttls_gets_nothing(bare_desk: Desk, mailbox: Mailbox) -> None:
    error = send(bare_desk, mailbox, "smtp://127.0.0.1:{port}?starttls=1")
    assert error is not None
    assert "STARTTLS" in error


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_a_wrong_password_sends_nothing_and_is_not_told(bare_desk: Desk) -> None:
    with Mailbox(authenticator=check, auth_required=True, auth_require_tls=False) as server:
        error = send(bare_desk, server, "smtp://shop:wr0ng@127.0.0.1:{port}")
        assert error is not None
        assert error.startswith("535 ")
        assert "wr0ng" not in error
