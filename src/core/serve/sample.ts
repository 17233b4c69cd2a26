/** The section of an intent for the log service with every key, as a comment to be uncommented. */
export const SERVE_SAMPLE = `# The log service (netlogctl serve): reads NFLOG groups, tells packets at a socket, keeps topics in a store.
# serve:
#   groups: [0, 1]            # without it, those that the rules below log to
#   kernel-log: false         # whether packets that the kernel log tells of are told, too
#   flows:                    # flows are told, too, under topics such as ct:new:tcp; {} is all of this
#     events: [new, destroy]  # and update, if their states are wanted
#     proto: [all]            # or tcp, udp, icmp, other, or any by its name
#     census: 30s             # how often the kernel's table is gone through for ends that no event tells
#   conntrack: false          # whether packets have the number of their flow, if the kernel can add it
#   payload-bytes: 512        # how much of each packet's bytes is told; all of it is decoded
#   names: true               # names of addresses: of DNS answers and DHCP seen, /etc/hosts, leases
#   room-mib: 64              # how much may wait in the kernel to be read
#   bus:
#     socket: /run/netlogctl-serve/bus.sock
#     mode: "0660"            # who may subscribe
#     group: adm              # the group of the socket
#     keep: 64MiB             # held in memory for subscribers that are slow or come back
#   store:
#     file: /var/lib/netlogctl-serve/events.db
#     topics:                 # of a topic the first pattern that matches counts
#       - { match: "nft:drop:*", max-size: 500MiB, max-age: 30d }
#       - { match: ["nft:wan:*", "nft:lan:*"], max-size: 250MiB }
#       - { match: "ct:*", max-size: 1GiB, max-age: 30d }
#   metrics: 127.0.0.1:9469   # where Prometheus finds figures; or the path of a Unix socket
`;
