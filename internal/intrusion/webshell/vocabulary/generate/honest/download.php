<?php
$files = ['manual' => 'manual.pdf', 'prices' => 'prices.pdf'];
$key = $_GET['file'] ?? '';
if (!isset($files[$key])) { http_response_code(404); exit; }
header('Content-Type: application/pdf');
readfile('/srv/files/' . $files[$key]);
