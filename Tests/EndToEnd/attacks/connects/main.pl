use Socket;

for my $target (split /,/, $ENV{PARAM_TARGETS}) {
    my ($host, $port) = $target =~ /^\[?(.*?)\]?:(\d+)$/;
    my $family = $host =~ /:/ ? AF_INET6 : AF_INET;
    my $number = Socket::inet_pton($family, $host);
    my $address = $family == AF_INET6 ? Socket::pack_sockaddr_in6($port, $number) : pack_sockaddr_in($port, $number);
    socket(my $connection, $family, SOCK_STREAM, 0) or die $!;
    print connect($connection, $address) ? "BREACH" : "refused", " $target\n";
}
for my $path (split /,/, $ENV{PARAM_SOCKETS}) {
    my $name = $path =~ s/^@/\0/r;
    socket(my $connection, AF_UNIX, SOCK_STREAM, 0) or die $!;
    print connect($connection, pack_sockaddr_un($name)) ? "BREACH" : "refused", " $path\n";
}
print gethostbyname($ENV{PARAM_NAME}) ? "BREACH" : "refused", " $ENV{PARAM_NAME}\n";
