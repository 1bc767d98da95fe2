import socket

from labeler_app.web import server


def test_the_connections_of_the_listening_socket_do_not_wait_for_full_packets():
    # As Streamlit makes it: without naming the protocol, which asyncio looks for.
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        server.send_at_once(port)

        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
