# Calls of other hooks over the host channel; loaded at the first call.
package Grapnel::Call;

use strict;
use warnings;

my ($reader, $writer);
my $last_id = 0;

sub call {
  my ($name, $payload) = @_;
  if (!$writer) {
    open $writer, '>&=', 4 or Grapnel::CallError->throw('unavailable', "the host channel cannot be opened: $!");
    open $reader, '<&=', 4 or Grapnel::CallError->throw('unavailable', "the host channel cannot be opened: $!");
  }
  my $id = ++$last_id;
  my $text = Grapnel::_serialize({id => $id, method => 'hooks.run', params => {hook => $name, payload => $payload}});
  my $length = length $text;
  Grapnel::CallError->throw('too_large', "the call has $length bytes, more than ${\Grapnel::MAXIMUM_FRAME}")
    if $length > Grapnel::MAXIMUM_FRAME;
  Grapnel::_write($writer, "$length:$text,");
  my $reply;
  do { $reply = Grapnel::_parse(_read_frame()) } until ($reply->{id} // 0) == $id;
  if (my $error = $reply->{error}) {
    Grapnel::CallError->throw($error->{code} // 'internal', $error->{message} // '');
  }
  bless $reply->{result}, 'Grapnel::Reply';
}

sub _read_frame {
  my $length = do { local $/ = ':'; <$reader> };
  if (defined $length) {
    chop $length;
    # The comma at the end too.
    my $count = read $reader, my $text, $length + 1;
    if (defined $count && $count == $length + 1) {
      chop $text;
      return $text;
    }
  }
  Grapnel::CallError->throw('unavailable', 'the host closed its channel');
}

# What another hook answered.
package Grapnel::Reply;

sub run { $_[0]{run} }
sub status { $_[0]{status} // 200 }
sub headers { $_[0]{headers} // [] }
sub result { $_[0]{result} }

# Bytes, as they were sent.
sub body {
  my ($self) = @_;
  return Grapnel::_bytes($self->{body} // '') unless defined $self->{base64};
  require MIME::Base64;
  MIME::Base64::decode_base64($self->{base64});
}

sub text { Grapnel::_text($_[0]->body) }
sub json { Grapnel::_parse($_[0]->body) }

# The host refused a call, or the hook that was called failed. Its code says why in one word.
package Grapnel::CallError;

use overload '""' => sub { $_[0]{message} }, fallback => 1;

sub throw {
  my ($class, $code, $message) = @_;
  die bless {code => $code, message => $message}, $class;
}

sub code { $_[0]{code} }
sub message { $_[0]{message} }

1;
