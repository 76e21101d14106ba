"""Reads an event file by the specifications alone: TFRecord framing, Event protocol buffers."""

import json
import struct
import sys

TABLE = []
for byte in range(256):
    crc = byte
    for _ in range(8):
        crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    TABLE.append(crc)


def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        (check,) = struct.unpack_from("<I", data, at + 8)
        assert check == masked(data[at : at + 8]), "the length's checksum"
        body = data[at + 12 : at + 12 + length]
        (check,) = struct.unpack_from("<I", data, at + 12 + length)
        assert len(body) == length and check == masked(body), "the record's checksum"
        yield body
        at += 16 + length


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    found = {}
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            (value,) = struct.unpack_from("<d", data, at)
            at += 8
        elif kind == 2:
            length, at = varint(data, at)
            value = data[at : at + length]
            assert len(value) == length
            at += length
        elif kind == 5:
            (value,) = struct.unpack_from("<f", data, at)
            at += 4
        else:
            raise AssertionError("a wire type that there is not: %d" % kind)
        found.setdefault(key >> 3, []).append(value)
    return found


answer = {"version": None, "scalars": {}, "images": {}, "hparams": {}}
with open(sys.argv[1], "rb") as file:
    for record in records(file.read()):
        event = fields(record)
        assert event[1][0] > 1e9, "wall time in seconds"
        step = event.get(2, [0])[0]
        if 3 in event:
            answer["version"] = event[3][0].decode()
            continue
        for part in fields(event[5][0])[1]:
            value = fields(part)
            tag = value[1][0].decode()
            if 2 in value:
                answer["scalars"].setdefault(tag, []).append([step, value[2][0]])
            elif 4 in value:
                image = fields(value[4][0])
                assert image[4][0][:8] == b"\x89PNG\r\n\x1a\n"
                answer["images"][tag] = [image[1][0], image[2][0], image[3][0]]
            else:
                plugin = fields(fields(value[9][0])[1][0])
                assert plugin[1][0] == b"hparams"
                content = fields(plugin[2][0])
                if 3 in content:
                    for entry in fields(content[3][0])[1]:
                        name, text = fields(entry)[1][0], fields(entry)[2][0]
                        answer["hparams"][name.decode()] = fields(text)[3][0].decode()
print(json.dumps(answer))
