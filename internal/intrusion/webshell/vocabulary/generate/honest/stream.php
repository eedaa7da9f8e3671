<?php
class Buffer { private $handle; private $size = 0;
  function __construct() { $this->handle = tmpfile(); }
  function write($text) { $this->size += strlen($text); fwrite($this->handle, $text); }
  function send() { fseek($this->handle, 0); fpassthru($this->handle); fclose($this->handle); } }
