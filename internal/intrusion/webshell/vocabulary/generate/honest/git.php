<?php
exec('git rev-parse --short HEAD', $lines, $status);
if ($status === 0) { echo 'Version ' . htmlspecialchars($lines[0]); }
