# mirror.pl MIRROR: makes the distributions in vendor/ a mirror of CPAN in the folder MIRROR. Its index names the modules
# of cpanfile.snapshot, where there is one, else those that the distributions have.
use strict;
use warnings;
use Archive::Tar;
use File::Basename 'basename';
use File::Copy 'copy';
use File::Find 'find';
use File::Path 'make_path';
use JSON::PP 'decode_json';
use Module::Metadata;

my ($mirror) = @ARGV;
my (%index, %places);
if (-f 'cpanfile.snapshot') {
  my ($path, $section);
  open my $snapshot, '<', 'cpanfile.snapshot' or die "cpanfile.snapshot: $!\n";
  while (<$snapshot>) {
    $section = $1 if /^ {4}(\w+):/;
    $places{basename($path = $1)} = $path if /^ {4}pathname: (\S+)/;
    $index{$1} = [$2, $path] if defined $path && $section eq 'provides' && /^ {6}(\S+) (\S+)/;
  }
}
my @distributions;
find({no_chdir => 1, wanted => sub { push @distributions, $_ if /\.(?:tar\.gz|tgz|tar\.bz2)\z/ }}, 'vendor') if -d 'vendor';
for my $file (sort @distributions) {
  my $path = $places{basename($file)} // ($file =~ m{/authors/id/(.+)\z} ? $1 : 'G/GR/GRAPNEL/' . basename($file));
  my ($folder) = "$mirror/authors/id/$path" =~ m{\A(.*)/};
  make_path($folder);
  copy($file, "$mirror/authors/id/$path") or die "$file: $!\n";
  next if -f 'cpanfile.snapshot';
  my %modules = modules($file);
  for my $name (keys %modules) {
    my $known = $index{$name};
    next if $known && version_of($known->[0]) > version_of($modules{$name});
    $index{$name} = [$modules{$name}, $path];
  }
}
make_path("$mirror/modules");
open my $list, '>', "$mirror/modules/02packages.details.txt" or die "02packages.details.txt: $!\n";
print $list "File: 02packages.details.txt\n\n";
printf $list "%s %s %s\n", $_, @{$index{$_}} for sort keys %index;
close $list or die "02packages.details.txt: $!\n";

# The modules of a distribution, with their versions: what it says itself, else what its files are.
sub modules {
  my ($file) = @_;
  my $archive = Archive::Tar->new($file) or die "$file: ${\Archive::Tar->error}\n";
  my (%modules, $provided);
  for my $member ($archive->get_files) {
    my $path = $member->full_path =~ s{\A(?:\./)?[^/]+/}{}r;
    if ($path eq 'META.json') {
      $provided = eval { decode_json($member->get_content)->{provides} };
    } elsif ($path =~ /\.pm\z/ && $path !~ m{\A(?:t|xt|inc|local|examples?)/}) {
      my $content = $member->get_content;
      open my $handle, '<', \$content or next;
      my $metadata = eval { Module::Metadata->new_from_handle($handle, $path) } or next;
      $modules{$_} = $metadata->version($_) // 'undef' for grep { $_ ne 'main' } $metadata->packages_inside;
    }
  }
  return %modules unless $provided && %$provided;
  return map { $_ => $provided->{$_}{version} // 'undef' } keys %$provided;
}

sub version_of { return eval { version->parse($_[0]) } // version->parse(0) }
