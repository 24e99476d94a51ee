"""A device that keeps passkeys, as a browser shows them to a site (WebAuthn level 2)."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from struct import pack

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey of one account; every answer counts one up, unless told otherwise."""

    def __init__(self, origin, host, handle):
        self.origin, self.host, self.handle = origin, host, handle
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(handle + origin.encode()).digest()
        self.count = 0

    def register(self, challenge):
        """What `navigator.credentials.create` gives back, as JSON."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big")}
        public[-3] = numbers.y.to_bytes(32, "big")
        attested = bytes(16) + pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(PRESENT | VERIFIED | WITH_KEY) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=text(self._client("webauthn.create", challenge)),
            attestationObject=text(cbor2.dumps(statement)),
        )

    def show(self, challenge, /, *, flags=PRESENT | VERIFIED, counts=True, **changes):
        """What `navigator.credentials.get` gives back, as JSON."""
        self.count += counts
        client = self._client("webauthn.get", challenge, **changes)
        data = self._data(flags)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(data),
            signature=text(signed),
            userHandle=text(self.handle),
        )

    def _answer(self, **response):
        name = text(self.id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**answer, "clientExtensionResults": {}})

    def _client(self, kind, challenge, /, **changes):
        told = {"type": kind, "challenge": challenge, "origin": self.origin, **changes}
        return json.dumps(told).encode()

    def _data(self, flags):
        return sha256(self.host.encode()).digest() + bytes([flags]) + pack(">I", self.count)


def text(raw):
    """Bytes as browsers write them."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
