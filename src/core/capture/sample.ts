/** The section of an intent for a ring of captures with every key, as a comment to be uncommented. */
export const CAPTURE_SAMPLE = `# A ring of captures (netlogctl capture run): packets in files of an hour or so, the oldest deleted for new ones.
# capture:
#   groups: [5]                # without it, those that the rules below log to
#   # interface: any           # instead of groups: packets of an interface, by tcpdump
#   # filter: not port 22      # of those, as tcpdump has it (pcap-filter(7))
#   snaplen: 96                # how much of each packet is kept; 0 is all
#   linktype: ethernet         # or raw, or nflog with all that the kernel said
#   rotate:
#     every: 1h                # a file begins anew at midnight, too
#     size: 100MiB
#   ring:
#     directory: /var/log/netpcap
#     files: 48                # how many files there are
#     size: 2GiB               # how much they take together
#     age: 2d                  # how old they become
#     free: 256MiB             # how much of the disk stays free
`;
