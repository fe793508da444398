"""A certificate authority of the tests, and the certificate of 127.0.0.1 and 127.0.0.2."""

import datetime
import ipaddress
import ssl
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Authority:
    """Files in ``folder``: ca.pem, server.pem, server-key.pem."""

    def __init__(self, folder: Path) -> None:
        self.ca, self.certificate, self.key = folder / "ca.pem", folder / "server.pem", folder / "server-key.pem"
        issuer_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
        authority = _certificate(issuer, issuer, issuer_key, issuer_key, x509.BasicConstraints(True, None))
        names = [x509.IPAddress(ipaddress.ip_address(f"127.0.0.{last}")) for last in (1, 2)]
        server = _certificate(subject, issuer, server_key, issuer_key, x509.SubjectAlternativeName(names))
        self.ca.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        self.certificate.write_bytes(server.public_bytes(serialization.Encoding.PEM))
        encoding, none = serialization.Encoding.PEM, serialization.NoEncryption()
        self.key.write_bytes(server_key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, none))

    @cached_property
    def server_side(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    return builder.not_valid_after(now + datetime.timedelta(days=1)).sign(signer, hashes.SHA256())
